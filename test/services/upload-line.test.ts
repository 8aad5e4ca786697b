import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import { AppError } from '../../core/errors.js'
import {
  createUploadLine,
  type UploadCandidate,
  type UploadLine
} from '../../src/services/uploads/upload-line.js'

/** The signal of a client that never disconnects. */
const { signal: never } = new AbortController()
let people = 0
/** A candidate with a new tenant and user. */
const somebody = (more: Partial<UploadCandidate> = {}): UploadCandidate => {
  people += 1
  return { tenantId: `tenant ${people}`, userId: `user ${people}`, size: undefined, gone: never, ...more }
}

/** Runs work in a place, and leaves the place. */
async function withPlace<T>(
  line: UploadLine,
  candidate: UploadCandidate,
  work: () => Promise<T>
): Promise<T> {
  const place = await line.enter(candidate)
  try {
    return await work()
  } finally {
    place.leave()
  }
}

/** Work that ends on demand. */
function work() {
  let resolve: (() => void) | undefined
  const ended = new Promise<void>((done) => (resolve = done))
  return { run: () => ended, end: () => resolve?.() }
}

void t.test('uploads up to the limit run at once, and the others wait in line', async (t) => {
  const line = createUploadLine({ concurrency: 2, fullSize: 80, waiting: 2, waitMs: 60_000 })
  const order: number[] = []
  const works = [0, 1, 2, 3].map(work)
  const runs = works.map(({ run }, n) =>
    withPlace(line, somebody(), () => {
      order.push(n)
      return run()
    })
  )
  await setImmediate()
  t.same(order, [0, 1])
  await t.rejects(
    withPlace(line, somebody(), async () => undefined),
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

void t.test('an upload that waits too long is refused, and leaves the line', async (t) => {
  const line = createUploadLine({ concurrency: 1, fullSize: 80, waiting: 1, waitMs: 20 })
  const first = work()
  const running = withPlace(line, somebody(), first.run)
  await t.rejects(
    withPlace(line, somebody(), async () => t.fail('it was not its turn')),
    { code: 'UPLOADS_BUSY' }
  )
  const next = withPlace(line, somebody(), async () => 'its turn')
  first.end()
  await running
  t.equal(await next, 'its turn')
})

void t.test('failed work gives its place back', async (t) => {
  const line = createUploadLine({ concurrency: 1, fullSize: 80, waiting: 0, waitMs: 1000 })
  await t.rejects(
    withPlace(line, somebody(), async () => Promise.reject(new Error('failed'))),
    { message: 'failed' }
  )
  t.equal(await withPlace(line, somebody(), async () => 1), 1)
})

void t.test('an upload whose client disconnects leaves the line', async (t) => {
  const line = createUploadLine({ concurrency: 1, fullSize: 80, waiting: 1, waitMs: 60_000 })
  const first = work()
  const running = withPlace(line, somebody(), first.run)
  const leaving = new AbortController()
  const client = somebody({ gone: leaving.signal })
  const left = withPlace(line, client, async () => t.fail('it has left the line'))
  leaving.abort(new AppError('UPLOAD_ABORTED'))
  await t.rejects(left, { code: 'UPLOAD_ABORTED' })
  t.same(line.status(), { running: 1, waiting: 0 })
  const next = withPlace(line, somebody(), async () => 'its turn')
  first.end()
  await running
  t.equal(await next, 'its turn')
  await t.rejects(
    withPlace(line, client, async () => t.fail('it has left the line')),
    { code: 'UPLOAD_ABORTED' }
  )
  t.same(line.status(), { running: 0, waiting: 0 })
})

void t.test(
  'eight small uploads share the place of a large one, and none overtakes a waiting upload',
  async (t) => {
    const line = createUploadLine({ concurrency: 1, fullSize: 80, waiting: 10, waitMs: 60_000 })
    const small = Array.from({ length: 8 }, work)
    const runs = small.map(({ run }, n) => withPlace(line, somebody({ size: n }), run))
    await setImmediate()
    t.same(line.status(), { running: 8, waiting: 0 })
    const order: string[] = []
    const later = [
      withPlace(line, somebody({ size: 1_000 }), async () => order.push('large')),
      withPlace(line, somebody({ size: 40 }), async () => order.push('half')),
      withPlace(line, somebody({ size: 40 }), async () => order.push('other half'))
    ]
    for (const { end } of small.slice(1)) end()
    await Promise.all(runs.slice(1))
    await setImmediate()
    t.same([order, line.status()], [[], { running: 1, waiting: 3 }])
    small[0]?.end()
    await Promise.all(later)
    t.same(order, ['large', 'half', 'other half'])
    t.same(line.status(), { running: 0, waiting: 0 })
  }
)

void t.test('a large upload that leaves the line lets the next ones in', async (t) => {
  const line = createUploadLine({ concurrency: 1, fullSize: 80, waiting: 10, waitMs: 60_000 })
  const first = work()
  const running = withPlace(line, somebody({ size: 40 }), first.run)
  const leaving = new AbortController()
  const large = withPlace(line, somebody({ size: 80, gone: leaving.signal }), async () =>
    t.fail('it has left the line')
  )
  const behind = withPlace(line, somebody({ size: 40 }), async () => 'its turn')
  leaving.abort(new AppError('UPLOAD_ABORTED'))
  await t.rejects(large, { code: 'UPLOAD_ABORTED' })
  t.equal(await behind, 'its turn')
  first.end()
  await running
})

void t.test(
  'a tenant and an account leave places for others, and others go first when no place is free',
  async (t) => {
    const line = createUploadLine({ concurrency: 4, fullSize: 80, waiting: 40, waitMs: 60_000 })
    const order: string[] = []
    const start = (tenantId: string, userId: string) => {
      const { run, end } = work()
      const done = withPlace(line, somebody({ tenantId, userId }), () => {
        order.push(`${tenantId}${userId}`)
        return run()
      })
      return { end, done }
    }
    const greedy = Array.from({ length: 9 }, () => start('A', 'a'))
    await setImmediate()
    t.same(order, ['Aa', 'Aa'], 'half of the places')
    const sameAccount = start('B', 'a')
    const sameTenant = start('A', 'b')
    const other = start('C', 'c')
    await setImmediate()
    t.same(order.slice(2), ['Cc'])
    other.end()
    greedy[0]?.end()
    await Promise.all([other.done, greedy[0]?.done])
    await setImmediate()
    t.same(order.slice(3), ['Ba'], 'the larger of what the account and the tenant hold counts')
    for (const { end } of [...greedy, sameAccount, sameTenant]) end()
    await Promise.all([...greedy, sameAccount, sameTenant].map(({ done }) => done))
  }
)
