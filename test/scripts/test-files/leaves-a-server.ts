import { createServer } from 'node:http'
import t from 'tap'

void t.test('listens', async (t) => {
  createServer().listen(0)
  t.pass()
})
