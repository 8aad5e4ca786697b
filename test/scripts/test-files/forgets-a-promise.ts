import t from 'tap'

void t.test('waits', async () => {
  void Promise.reject(new Error('forgotten'))
  await new Promise((resolve) => setTimeout(resolve, 60_000))
})
