import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import { nextFlight } from '../../core/concurrency/single-flight.js'

void t.test('callers that arrive during a run share the next one, never the current one', async (t) => {
  const started: string[] = []
  const ends: (() => void)[] = []
  const run = nextFlight((key) => {
    started.push(key)
    return new Promise((resolve) => ends.push(resolve))
  })
  const done: string[] = []
  const ask = (key: string, who: string) => run(key).then(() => done.push(who))
  const all = [ask('a', 'first'), ask('a', 'second'), ask('a', 'third'), ask('b', 'other')]
  t.same(started, ['a', 'b'])
  ends[0]?.()
  await setImmediate()
  t.same(done, ['first'])
  t.same(started, ['a', 'b', 'a'], 'once for both')
  all.push(ask('a', 'late'))
  ends[2]?.()
  await setImmediate()
  t.same(done, ['first', 'second', 'third'])
  t.same(started, ['a', 'b', 'a', 'a'], 'that run had begun before the last caller asked')
  for (const end of ends) end()
  await Promise.all(all)
})

void t.test('a failed run fails for all callers that share it, and for no others', async (t) => {
  let fails = true
  const run = nextFlight(async () => {
    await setImmediate()
    if (fails) throw new Error('broken')
  })
  const first = run('a')
  const sharing = [run('a'), run('a')]
  await t.rejects(first, { message: 'broken' })
  fails = false
  await t.resolves(Promise.all(sharing))
  fails = true
  await t.rejects(run('a'), { message: 'broken' })
  fails = false
  await t.resolves(run('a'))
})
