import t from 'tap'

void t.test('forgets a promise', async (t) => {
  setTimeout(() => void Promise.reject(new Error('late')), 50)
  t.pass()
})
