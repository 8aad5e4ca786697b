import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import { createUploadSlots } from '../../src/services/upload-slots.js'

/** Work that ends when it is told to. */
function work() {
  let resolve: (() => void) | undefined
  const ended = new Promise<void>((done) => (resolve = done))
  return { run: () => ended, end: () => resolve?.() }
}

void t.test('so many run at once, the others wait in line', async (t) => {
  const slots = createUploadSlots({ concurrency: 2, waiting: 2, waitMs: 60_000 })
  const order: number[] = []
  const works = [0, 1, 2, 3].map(work)
  const runs = works.map(({ run }, n) =>
    slots.run(() => {
      order.push(n)
      return run()
    })
  )
  await setImmediate()
  t.same(order, [0, 1])
  await t.rejects(
    slots.run(async () => undefined),
    { code: 'UPLOADS_BUSY', retryAfter: 60 }
  )
  works[1]?.end()
  await runs[1]
  await setImmediate()
  t.same(order, [0, 1, 2])
  for (const { end } of works) end()
  await Promise.all(runs)
  t.same(order, [0, 1, 2, 3])
})

void t.test('who waits too long is sent away, and its place in line is free', async (t) => {
  const slots = createUploadSlots({ concurrency: 1, waiting: 1, waitMs: 20 })
  const first = work()
  const running = slots.run(first.run)
  await t.rejects(
    slots.run(async () => t.fail('it was not its turn')),
    { code: 'UPLOADS_BUSY' }
  )
  const next = slots.run(async () => 'its turn')
  first.end()
  await running
  t.equal(await next, 'its turn')
})

void t.test('work that fails gives its slot back', async (t) => {
  const slots = createUploadSlots({ concurrency: 1, waiting: 0, waitMs: 1000 })
  await t.rejects(
    slots.run(async () => Promise.reject(new Error('failed'))),
    { message: 'failed' }
  )
  t.equal(await slots.run(async () => 1), 1)
})
