import t from 'tap'

void t.test('waits', async () => {
  await new Promise((resolve) => setTimeout(resolve, 60_000))
})
