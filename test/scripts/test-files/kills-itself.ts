import t from 'tap'

void t.test('dies', async () => {
  process.kill(process.pid, 'SIGKILL')
  await new Promise(() => undefined)
})
