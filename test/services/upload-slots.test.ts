import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import { createUploadSlots } from '../../src/services/upload-slots.js'

/** Of somebody who waits for as long as it takes. */
const patient = new AbortController().signal

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
    }, patient)
  )
  await setImmediate()
  t.same(order, [0, 1])
  await t.rejects(
    slots.run(async () => undefined, patient),
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
  const running = slots.run(first.run, patient)
  await t.rejects(
    slots.run(async () => t.fail('it was not its turn'), patient),
    { code: 'UPLOADS_BUSY' }
  )
  const next = slots.run(async () => 'its turn', patient)
  first.end()
  await running
  t.equal(await next, 'its turn')
})

void t.test('work that fails gives its slot back', async (t) => {
  const slots = createUploadSlots({ concurrency: 1, waiting: 0, waitMs: 1000 })
  await t.rejects(
    slots.run(async () => Promise.reject(new Error('failed')), patient),
    { message: 'failed' }
  )
  t.equal(await slots.run(async () => 1, patient), 1)
})

void t.test('who goes away leaves the line', async (t) => {
  const slots = createUploadSlots({ concurrency: 1, waiting: 1, waitMs: 60_000 })
  const first = work()
  const running = slots.run(first.run, patient)
  const client = new AbortController()
  const left = slots.run(async () => t.fail('nobody waits for it'), client.signal)
  client.abort()
  await t.rejects(left, { code: 'UPLOAD_INTERRUPTED' })
  t.same(slots.status(), { running: 1, waiting: 0 })
  const next = slots.run(async () => 'its turn', patient)
  first.end()
  await running
  t.equal(await next, 'its turn')
  await t.rejects(
    slots.run(async () => t.fail('nobody waits for it'), client.signal),
    { code: 'UPLOAD_INTERRUPTED' }
  )
  t.same(slots.status(), { running: 0, waiting: 0 })
})
