import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import { createBatches } from '../../src/services/upload-batches.js'
import type { TenantRef } from '../../plugins/tenancy/adapter.js'

const tenant = { id: 'one' } as TenantRef
const other = { id: 'other' } as TenantRef
const done = (value: string): PromiseSettledResult<string> => ({ status: 'fulfilled', value })

/** Batches that end when they are told to. */
function batches() {
  const running: { of: string; items: number[]; end: (outcomes?: PromiseSettledResult<string>[]) => void }[] =
    []
  const add = createBatches<number, string>(
    ({ id }, items) =>
      new Promise((resolve) => {
        const all = () => items.map((item) => done(`${id} ${item}`))
        running.push({ of: id, items, end: (outcomes = all()) => resolve(outcomes) })
      })
  )
  return { add, running }
}

void t.test('the first is done at once, what comes meanwhile together', async (t) => {
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
  t.equal(await elsewhere, 'other 4', 'another tenant waits for nobody')
  running[0]?.end()
  t.equal(await results[0], 'one 1')
  await setImmediate()
  t.same(running[2]?.items, [2, 3])
  running[2]?.end()
  t.same(await Promise.all(results), ['one 1', 'one 2', 'one 3'])
  await setImmediate()
  const next = add(tenant, 5)
  t.same(running[3]?.items, [5], 'and nothing is left in line')
  running[3]?.end()
  await next
})

void t.test('each has its own outcome, and 64 are the most', async (t) => {
  const { add, running } = batches()
  const results = Array.from({ length: 70 }, (_, item) => add(tenant, item))
  const settled = Promise.allSettled(results)
  running[0]?.end()
  await setImmediate()
  t.equal(running[1]?.items.length, 64)
  running[1]?.end([
    { status: 'rejected', reason: 'refused' },
    ...Array.from({ length: 63 }, (_, n) => done(`${n}`))
  ])
  await setImmediate()
  t.same(running[2]?.items, [65, 66, 67, 68, 69])
  running[2]?.end()
  const refused = (await settled).filter(({ status }) => status === 'rejected')
  t.same(refused, [{ status: 'rejected', reason: 'refused' }])
})

void t.test('what fails as a whole fails for all of them, and the next ones are done', async (t) => {
  let calls = 0
  const add = createBatches<number, string>(async (_tenant, items) => {
    calls += 1
    if (calls === 2) throw new Error('no connection')
    return items.map((item) => done(`${item}`))
  })
  const results = await Promise.allSettled([1, 2, 3].map((item) => add(tenant, item)))
  t.same(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected', 'rejected']
  )
  t.equal(await add(tenant, 4), '4')
})
