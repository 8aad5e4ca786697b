import t from 'tap'
import { PoolRegistry } from '../../plugins/tenancy/pool-registry.js'

class FakePool {
  closed = false
  constructor(readonly key: string) {}
  async close(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    this.closed = true
  }
}

/** A registry that counts how many pools exist at once, and notes those that were closed while in use. */
function counted(capacity: number, waitMs = 60_000) {
  const pools: FakePool[] = []
  let most = 0
  const registry = new PoolRegistry<FakePool>({
    capacity,
    waitMs,
    open: async (key) => {
      const pool = new FakePool(key)
      pools.push(pool)
      most = Math.max(most, pools.filter((each) => !each.closed).length)
      return pool
    },
    onCloseError: (error) => t.fail(String(error))
  })
  return { registry, pools, most: () => most }
}

/** What PostgreSQL answers when it has no connection left. */
const full = () => Object.assign(new Error('sorry, too many clients already'), { code: '53300' })

/** A registry whose openings end as told, one after the other. */
function opening(
  outcomes: (() => Promise<FakePool>)[],
  options: { capacity?: number; waitMs?: number } = {}
) {
  const registry = new PoolRegistry<FakePool>({
    capacity: 2,
    waitMs: 60_000,
    ...options,
    open: (key) => (outcomes.shift() ?? (() => Promise.resolve(new FakePool(key))))(),
    onCloseError: (error) => t.fail(String(error))
  })
  return { registry, key: (name: string) => registry.use(name, async (pool) => pool.key) }
}

/** Work that goes on until it is told to end. */
function gate() {
  let open = (): void => undefined
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, opened }
}

t.test('a pool is opened once and shared', async (t) => {
  const { registry, pools } = counted(2)
  const keys = await Promise.all(
    ['a', 'a', 'b', 'a'].map((key) => registry.use(key, async (pool) => pool.key))
  )
  t.same(keys, ['a', 'a', 'b', 'a'])
  t.equal(pools.length, 2)
  await registry.close()
  t.ok(pools.every((pool) => pool.closed))
})

t.test('the least recently used pool makes room', async (t) => {
  const { registry, pools } = counted(2)
  const touch = (key: string) => registry.use(key, async () => undefined)
  await touch('a')
  await touch('b')
  await touch('a')
  await touch('c')
  t.same(
    pools.filter((pool) => pool.closed).map((pool) => pool.key),
    ['b']
  )
  await registry.close()
})

t.test(
  'a leased pool is never closed, and a waiting request gets its place when the lease ends',
  async (t) => {
    const { registry, pools } = counted(1)
    const { open, opened } = gate()
    const long = registry.use('a', async (pool) => {
      await opened
      return pool.closed
    })
    const waiting = registry.use('b', async (pool) => pool.key)
    await new Promise((resolve) => setImmediate(resolve))
    t.equal(pools.length, 1, 'b waits')
    open()
    t.equal(await long, false, 'a was open to the end of its lease')
    t.equal(await waiting, 'b')
    await registry.close()
  }
)

t.test('50 tenants on 2 places, several requests each: none fails, the cap holds', async (t) => {
  const { registry, pools, most } = counted(2)
  const requests = Array.from({ length: 500 }, (_, index) =>
    registry.use(`tenant ${(index * 7) % 50}`, async (pool) => {
      for (let turn = 0; turn < 3; turn++) {
        await new Promise((resolve) => setImmediate(resolve))
        if (pool.closed) throw new Error('closed while leased')
      }
    })
  )
  await Promise.all(requests)
  t.ok(most() <= 2, `at most ${most()} pools were open at once`)
  await registry.close()
  t.ok(pools.every((pool) => pool.closed))
})

t.test('busy tenants cannot keep others out', async (t) => {
  const { registry } = counted(1)
  let served = false
  // Overlapping leases: without draining, "busy" would never be idle.
  const busy = async (): Promise<void> => {
    while (!served) {
      await Promise.all(
        [0, 1].map(() => registry.use('busy', () => new Promise((resolve) => setImmediate(resolve))))
      )
    }
  }
  const load = Promise.all([busy(), busy()])
  await registry.use('other', async () => {
    served = true
  })
  await load
  t.ok(served)
  await registry.close()
})

t.test('without a free place in time the answer is TENANT_BUSY, and the place is not lost', async (t) => {
  const { registry } = counted(1, 1)
  const { open, opened } = gate()
  const long = registry.use('a', () => opened)
  await t.rejects(
    registry.use('b', async () => undefined),
    { code: 'TENANT_BUSY', status: 503, retryAfter: 1 }
  )
  open()
  await long
  t.equal(await registry.use('b', async (pool) => pool.key), 'b')
  await registry.close()
})

t.test('work that throws gives its lease back', async (t) => {
  const { registry } = counted(1)
  await t.rejects(
    registry.use('a', () => Promise.reject(new Error('no'))),
    { message: 'no' }
  )
  t.equal(await registry.use('b', async (pool) => pool.key), 'b')
  await registry.close()
  await t.rejects(
    registry.use('a', async () => undefined),
    { code: 'SHUTTING_DOWN' }
  )
})

t.test('a pool is opened once for all who wait, who get it or the error of that opening', async (t) => {
  const { open, opened } = gate()
  const failing = () => opened.then(() => Promise.reject(new Error('not today')))
  const { registry, key } = opening([failing])
  const all = Promise.allSettled([key('a'), key('a'), key('a')])
  t.match(registry.counts(), { open: 1, leases: 3, opens: 1 })
  open()
  for (const each of await all) t.match(each, { status: 'rejected', reason: { message: 'not today' } })
  t.equal(await key('a'), 'a', 'the failure is not remembered')
  t.match(registry.counts(), { open: 1, leases: 0, opens: 2, failedOpens: 1, waits: 0, evictions: 0 })
  await registry.close()
})

t.test('a slow opening continues without the requests that waited for it', async (t) => {
  const { open, opened } = gate()
  const pool = new FakePool('slow')
  const { registry, key } = opening([() => opened.then(() => pool)], { capacity: 1, waitMs: 20 })
  await t.rejects(key('slow'), { code: 'TENANT_NOT_READY', status: 503 })
  await t.rejects(key('other'), { code: 'TENANT_BUSY' }, 'its place is taken, evicted as it is')
  open()
  t.equal(await key('other'), 'other')
  t.ok(pool.closed, 'what nobody waits for is closed when it is open')
  await registry.close()
})

t.test('requests wait for a server without a free connection, and idle pools make room', async (t) => {
  const refusal = () => Promise.reject(full())
  const idle = new FakePool('idle')
  const { registry, key } = opening([() => Promise.resolve(idle), refusal, refusal])
  await key('idle')
  t.equal(await key('a'), 'a')
  t.ok(idle.closed)
  t.match(registry.counts(), { opens: 2, failedOpens: 0, evictions: 1 })
  await registry.close()
})

t.test('when it stays full, the answer is TENANT_BUSY', async (t) => {
  const { registry, key } = opening(
    Array<() => Promise<FakePool>>(100).fill(() => Promise.reject(full())),
    {
      waitMs: 120
    }
  )
  await t.rejects(key('a'), { code: 'TENANT_BUSY', status: 503, retryAfter: 1, cause: { code: '53300' } })
  await registry.close()
})
