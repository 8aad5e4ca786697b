import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import { createBatches } from '../../core/concurrency/batches.js'

const tenant = { id: 'one' }
const other = { id: 'other' }

/** Batches that end on demand. */
function batches() {
  const running: { of: string; items: number[]; end: () => void }[] = []
  const add = createBatches<number, string, { id: string }>(
    ({ id }, items) =>
      new Promise((resolve) => {
        running.push({ of: id, items, end: () => resolve(items.map((item) => `${id} ${item}`)) })
      })
  )
  return { add, running }
}

void t.test('the first item runs at once, and the items that arrive meanwhile run together', async (t) => {
  const { add, running } = batches()
  const results = [1, 2, 3].map((item) => add(tenant, item))
  const elsewhere = add(other, 4)
  t.same(
    running.map(({ of, items }) => [of, items]),
    [
      ['one', [1]],
      ['other', [4]]
    ]
  )
  running[1]?.end()
  t.equal(await elsewhere, 'other 4', 'another tenant does not wait')
  running[0]?.end()
  t.equal(await results[0], 'one 1')
  await setImmediate()
  t.same(running[2]?.items, [2, 3])
  running[2]?.end()
  t.same(await Promise.all(results), ['one 1', 'one 2', 'one 3'])
  await setImmediate()
  const next = add(tenant, 5)
  t.same(running[3]?.items, [5], 'nothing is left in line')
  running[3]?.end()
  await next
})

void t.test('a batch has at most 64 items', async (t) => {
  const { add, running } = batches()
  const results = Array.from({ length: 70 }, (_, item) => add(tenant, item))
  for (const size of [1, 64, 5]) {
    await setImmediate()
    t.equal(running.at(-1)?.items.length, size)
    running.at(-1)?.end()
  }
  t.equal((await Promise.all(results)).at(-1), 'one 69')
})

void t.test('a failed batch is retried one by one, and each item has its own outcome', async (t) => {
  const add = createBatches<number, string, { id: string }>(async (_tenant, items) => {
    if (items.length > 1) return 'apart'
    if (items[0] === 3) throw new Error('refused')
    return items.map(String)
  })
  const results = await Promise.allSettled([1, 2, 3, 4].map((item) => add(tenant, item)))
  t.match(results, [{ value: '1' }, { value: '2' }, { reason: { message: 'refused' } }, { value: '4' }])
})

void t.test('a batch that fails as a whole fails all its items, and the next batch runs', async (t) => {
  let calls = 0
  const add = createBatches<number, string, { id: string }>(async (_tenant, items) => {
    calls += 1
    if (calls === 2) throw new Error('no connection')
    return items.map(String)
  })
  const results = await Promise.allSettled([1, 2, 3].map((item) => add(tenant, item)))
  t.same(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected', 'rejected']
  )
  t.equal(await add(tenant, 4), '4')
})
