import t from 'tap'
import { ConnectionCap } from '../../plugins/tenancy/connection-cap.js'
import { PlaceRegistry } from '../../plugins/tenancy/place-registry.js'
import { chooseVictim } from '../../plugins/tenancy/choose-victim.js'
import { gate } from '../patches/dying-backend.js'

class FakePlace {
  closed = false
  constructor(readonly key: string) {}
  async close(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    this.closed = true
  }
}

/** A registry whose openings have these outcomes in order, and the places that it opened. */
function registryOf(outcomes: (() => Promise<FakePlace>)[] = [], waitMs = 60_000) {
  const places: FakePlace[] = []
  const registry = new PlaceRegistry<FakePlace>({
    cap: new ConnectionCap({ maxConnections: 2, growMs: 25, waitMs }),
    waitMs,
    open: async (key) => {
      const place = await (outcomes.shift()?.() ?? new FakePlace(key))
      places.push(place)
      return place
    },
    repair: () => Promise.resolve(false),
    onCloseError: (error) => t.fail(String(error))
  })
  return { registry, places, key: (name: string) => registry.use(name, async (place) => place.key) }
}

t.test(
  'a place is opened once and shared, and closed when it has neither leases nor connections',
  async (t) => {
    const { registry, places, key } = registryOf()
    t.same(await Promise.all(['a', 'a', 'b', 'a'].map(key)), ['a', 'a', 'b', 'a'])
    t.match(registry.counts(), { opens: 2, evictions: 0, leases: 0 })
    await registry.close()
    t.equal(places.length, 2)
    t.ok(places.every(({ closed }) => closed))
    t.equal(registry.counts().open, 0)
  }
)

t.test(
  'an evicted place is never closed while it is leased, and the next lease gets another one',
  async (t) => {
    const { registry, key } = registryOf()
    const { open, opened } = gate()
    let first: FakePlace | undefined
    const long = registry.use('a', async (place) => {
      first = place
      await opened
      return place.closed
    })
    await new Promise((resolve) => setImmediate(resolve))
    registry.evict('a')
    await key('a')
    t.match(registry.counts(), { opens: 2, evictions: 1 })
    open()
    t.equal(await long, false, 'it was open to the end of its lease')
    await registry.close()
    t.equal(first?.closed, true)
  }
)

t.test('work that throws gives its lease back', async (t) => {
  const { registry, key } = registryOf()
  await t.rejects(
    registry.use('a', () => Promise.reject(new Error('no'))),
    { message: 'no' }
  )
  t.equal(registry.counts().leases, 0)
  await registry.close()
  await t.rejects(key('a'), { code: 'SHUTTING_DOWN' })
})

t.test('all requests that wait for an opening get its place or its error', async (t) => {
  const { open, opened } = gate()
  const { registry, key } = registryOf([() => opened.then(() => Promise.reject(new Error('not today')))])
  const all = Promise.allSettled([key('a'), key('a'), key('a')])
  t.match(registry.counts(), { open: 1, leases: 3, opens: 1 })
  open()
  for (const each of await all) t.match(each, { status: 'rejected', reason: { message: 'not today' } })
  t.equal(await key('a'), 'a', 'the failure is not remembered')
  t.match(registry.counts(), { leases: 0, opens: 2, failedOpens: 1 })
  await registry.close()
})

t.test('a slow opening continues without the requests that waited for it', async (t) => {
  const { open, opened } = gate()
  const place = new FakePlace('slow')
  const { registry, key } = registryOf([() => opened.then(() => place)], 20)
  await t.rejects(key('slow'), { code: 'TENANT_NOT_READY', status: 503 })
  open()
  t.equal(await key('slow'), 'slow')
  t.equal(registry.counts().opens, 1)
  await registry.close()
  t.ok(place.closed)
})

t.test('close waits for leases and openings', async (t) => {
  const { open, opened } = gate()
  const { registry, places } = registryOf([() => opened.then(() => new FakePlace('late'))])
  const lease = registry.use('a', async (place) => place.closed)
  const closed = registry.close()
  open()
  t.equal(await lease, false)
  await closed
  t.ok(places[0]?.closed)
})

t.test('pools with idle connections make room first, then those with several', async (t) => {
  const pool = (name: string, live: number, idle: number, leases: number, lastUsed = 0) => ({
    name,
    live,
    idle,
    leases,
    lastUsed
  })
  const busy = pool('busy', 1, 0, 1)
  const wide = pool('wide', 2, 0, 1)
  const spare = pool('spare', 2, 1, 1)
  const unused = [1, 2, 3, 4].map((age) => pool(`unused ${age}`, 1, 1, 0, age))
  t.equal(chooseVictim([busy, wide, ...unused, spare]), spare)
  const seen = new Set(Array.from({ length: 200 }, () => chooseVictim([busy, wide, ...unused])?.name))
  t.same([...seen].sort(), ['unused 1', 'unused 2'], 'any of the older half')
  t.equal(chooseVictim([busy, wide]), wide)
  t.equal(chooseVictim([busy, pool('later', 1, 0, 1)]), busy, 'the first of equals')
  t.equal(chooseVictim([busy, wide], true), undefined, 'none is idle')
  t.equal(chooseVictim([pool('leaving', 0, 0, 0)]), undefined)
})
