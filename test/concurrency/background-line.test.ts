import { setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import { createBackgroundLine } from '../../core/concurrency/background-line.js'

/** A line of one place, whose work waits until `finish` is called. */
function startLine({ waiting = 100 } = {}) {
  const line = createBackgroundLine({ atOnce: 1, waiting })
  const order: string[] = []
  let end: () => void = () => undefined
  const start = (tenant: string, id: string) =>
    line.start(tenant, id, () => {
      order.push(id)
      return new Promise((resolve) => (end = resolve))
    })
  /** Ends the running work, and all that follows it. */
  async function finish() {
    for (let before = -1; before < order.length;) {
      before = order.length
      end()
      await turn()
    }
  }
  return { line, order, start, finish }
}

t.test('tenants take turns', async (t) => {
  const { order, start, finish } = startLine()
  for (const id of ['x', 'a1', 'a2', 'a3', 'b1', 'c1']) start(id.slice(0, 1), id)
  await finish()
  t.same(order, ['x', 'a1', 'b1', 'c1', 'a2', 'a3'])
})

t.test('one tenant fills at most half of the line', async (t) => {
  const { order, start, finish } = startLine({ waiting: 10 })
  start('x', 'x')
  for (let i = 0; i < 20; i++) start('a', `a${i}`)
  start('b', 'b0')
  await finish()
  t.same(order, ['x', 'a0', 'b0', 'a1', 'a2', 'a3', 'a4'])
  start('a', 'a19')
  await finish()
  t.equal(order.at(-1), 'a19', 'work that found no room can be started again')
})

t.test('work that runs or waits is not started again', async (t) => {
  const { order, start, finish } = startLine()
  for (const id of ['a1', 'a2', 'a1', 'a2']) start('a', id)
  await finish()
  t.same(order, ['a1', 'a2'])
})

t.test('closing aborts and awaits the running work, and drops the rest', async (t) => {
  const { line, order, start, finish } = startLine()
  for (const id of ['a1', 'a2', 'b1']) start(id.slice(0, 1), id)
  await turn()
  const reason = new Error('stopped')
  const closing = line.close(reason).then(() => order.push('closed'))
  await turn()
  t.same(order, ['a1'])
  t.equal(line.signal.reason, reason)
  start('c', 'c1')
  await finish()
  await closing
  t.same(order, ['a1', 'closed'])
})
