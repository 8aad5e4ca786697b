import t from 'tap'
import { LeaseLine } from '../../plugins/tenancy/lease-line.js'

/** Work that goes on until it is told to end. */
function gate() {
  let open = (): void => undefined
  const opened = new Promise<void>((resolve) => (open = resolve))
  return { open, opened }
}

const nothing = async () => undefined

t.test('there are never more leases than places', async (t) => {
  const line = new LeaseLine({ places: 3, waitMs: 60_000 })
  let running = 0
  let most = 0
  const work = async () => {
    running += 1
    most = Math.max(most, running)
    await new Promise((resolve) => setImmediate(resolve))
    running -= 1
  }
  await Promise.all(Array.from({ length: 100 }, (_, n) => line.use(`tenant ${n % 7}`, work)))
  t.equal(most, 3)
})

t.test('tenants have their turns one after the other', async (t) => {
  const line = new LeaseLine({ places: 1, waitMs: 60_000 })
  const first = gate()
  const held = line.use('x', () => first.opened)
  const order: string[] = []
  const asked = ['a', 'a', 'a', 'b', 'c'].map((tenant) =>
    line.use(tenant, async () => void order.push(tenant))
  )
  first.open()
  await Promise.all([held, ...asked])
  t.same(order, ['a', 'b', 'c', 'a', 'a'], 'whoever asks for much does not keep the others waiting')
})

t.test('waiting is bounded, and who gave up is not waited for', async (t) => {
  const line = new LeaseLine({ places: 1, waitMs: 1 })
  const first = gate()
  const held = line.use('a', () => first.opened)
  await t.rejects(line.use('b', nothing), { code: 'TENANT_BUSY', retryAfter: 1 })
  first.open()
  await held
  await t.resolves(line.use('b', nothing))
})

t.test('work that fails gives its place back', async (t) => {
  const line = new LeaseLine({ places: 1, waitMs: 60_000 })
  await t.rejects(
    line.use('a', () => Promise.reject(new Error('no'))),
    { message: 'no' }
  )
  await t.resolves(line.use('a', nothing))
})

t.test('closing waits for what is lent out and refuses everything else', async (t) => {
  const line = new LeaseLine({ places: 1, waitMs: 60_000 })
  const first = gate()
  const held = line.use('a', () => first.opened)
  const waiting = line.use('b', nothing)
  let closed = false
  const closing = line.close().then(() => (closed = true))
  await t.rejects(waiting, { code: 'SHUTTING_DOWN' })
  await t.rejects(line.use('c', nothing), { code: 'SHUTTING_DOWN' })
  t.equal(closed, false)
  first.open()
  await Promise.all([held, closing])
})
