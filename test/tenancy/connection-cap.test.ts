import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import t from 'tap'
import { until } from '../helpers/until.js'
import { testServices } from '../helpers/services.js'
import { gate } from '../patches/dying-backend.js'
import { cappedPools, type CappedPool } from './capped-pools.js'

/** Retries until a statement is served: on a busy machine a connection may take longer than a pool waits. */
const untilServed = ({ use }: CappedPool) =>
  until(() =>
    use((sql) => sql`select 1`).then(
      () => true,
      (error: unknown) => {
        if ((error as { code?: string }).code === 'TENANT_BUSY') return false
        throw error
      }
    )
  )

t.test(
  '600 transactions of 60 tenants share 8 connections: none is split, and there are never more connections',
  async (t) => {
    const { cap, pool, role, admin } = await cappedPools(t, { maxConnections: 8, limit: 8 })
    await admin.unsafe(`create table ${role}.notes (number int, pid int default pg_backend_pid(),
    xid xid8 default pg_current_xact_id()); alter table ${role}.notes owner to ${role}`)
    const pools = Array.from({ length: 60 }, () => pool())
    const numbers = Array.from({ length: 600 }, (_, number) => number).values()
    const hand = async () => {
      for (const number of numbers)
        await pools[(number * 7) % 60]?.use((sql) =>
          sql.begin(async (tx) => {
            for (let row = 0; row < 3; row++)
              await tx`insert into ${tx(role)}.notes (number) values (${number})`
          })
        )
    }
    await Promise.all(Array.from({ length: 32 }, hand))
    t.match(cap.counts(), { waiting: 0, failedConnects: 0, down: 0 }, 'the server refused none')
    t.ok(cap.counts().retirements > 0)
    t.ok(cap.counts().connections <= 8)
    const [row] = await admin.unsafe(`select count(*)::int as rows, count(distinct number)::int as numbers,
    count(distinct (number, pid, xid))::int as wholes from ${role}.notes`)
    t.same(row, { rows: 1800, numbers: 600, wholes: 600 })
  }
)

t.test('a cold tenant gets its turn beside two constantly busy ones', async (t) => {
  const { cap, pool } = await cappedPools(t, { maxConnections: 2, limit: 2 })
  const hot = [pool(), pool()]
  const cold = pool()
  let turns = 0
  const over = new AbortController()
  const load = hot.flatMap(({ use }) =>
    [1, 2, 3].map(async () => {
      while (!over.signal.aborted) await use((sql) => sql`select ${1}::int`)
    })
  )
  await until(async () => cap.counts().connections === 2)
  for (; turns < 3; turns++) await cold.use((sql) => sql`select 1`)
  over.abort()
  await Promise.all(load)
  t.equal(turns, 3)
  t.equal(cap.counts().failedConnects, 0)
})

t.test('no tenant waits for a long statement on a retired connection', async (t) => {
  const { pool, asleep, admin } = await cappedPools(t, { maxConnections: 2, limit: 2 })
  const [slow, busy, cold] = [pool(), pool(), pool()]
  const sleep = slow.use((sql) => sql`select pg_sleep(60)`).catch(() => undefined)
  await until(async () => (await asleep()).length === 1)
  const over = new AbortController()
  const load = (async () => {
    while (!over.signal.aborted) await busy.use((sql) => sql`select 1`)
  })()
  await cold.use((sql) => sql`select 1`)
  const [sleeper] = await asleep()
  t.ok(sleeper, 'it still runs')
  over.abort()
  await load
  await admin`select pg_terminate_backend(${sleeper?.pid ?? 0})`
  await sleep
})

t.test('many short statements of a tenant share one connection', async (t) => {
  const { cap, pool } = await cappedPools(t, { maxConnections: 8, growMs: 60_000 })
  const { use } = pool()
  await Promise.all(Array.from({ length: 300 }, () => use((sql) => sql`select ${1}::int`)))
  t.equal(cap.counts().connections, 1)
})

t.test('a tenant gets another connection beside long work', async (t) => {
  const { cap, pool, asleep, admin } = await cappedPools(t, { maxConnections: 8, growMs: 200 })
  const { use } = pool()
  const sleep = use((sql) => sql`select pg_sleep(60)`).catch(() => undefined)
  await until(async () => (await asleep()).length === 1)
  await until(async () => {
    // The first statements may still queue behind the sleeper.
    void use((sql) => sql`select 1`).catch(() => undefined)
    return cap.counts().connections === 2
  })
  await use((sql) => sql`select 2`)
  t.equal((await asleep()).length, 1, 'the answer came beside the sleeper')
  await admin`select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'PgSleep'
    and pid = ${(await asleep())[0]?.pid ?? 0}`
  await sleep
})

t.test('a statement that waits behind a transaction gets its own connection', async (t) => {
  const { cap, pool } = await cappedPools(t, { maxConnections: 8 })
  const { use } = pool()
  const { opened, open } = gate()
  const transaction = use((sql) => sql.begin(() => opened))
  await use((sql) => sql`select 1`)
  t.equal(cap.counts().connections, 2)
  open()
  await transaction
})

t.test('a tenant limited to one connection waits for it instead of another', async (t) => {
  const { cap, pool } = await cappedPools(t, { maxConnections: 8, growMs: 5 })
  const { sql, use } = pool('right', 1)
  const { opened, open } = gate()
  const transaction = use((sql) => sql.begin(() => opened))
  const waiting = use((sql) => sql`select 1`)
  await until(async () => sql.pool().waiting === 1)
  await use((other) => Promise.race([other`select 2`, new Promise((resolve) => setTimeout(resolve, 50))]))
  t.equal(cap.counts().connections, 1)
  open()
  await Promise.all([transaction, waiting])
})

t.test(
  'a tenant that gets no connection in time gets TENANT_BUSY, and frees its place in line',
  async (t) => {
    const { cap, pool } = await cappedPools(t, { maxConnections: 1, waitMs: 2_000 })
    const [holding, waiting] = [pool(), pool()]
    const { opened, open } = gate()
    const transaction = holding.use((sql) => sql.begin(() => opened))
    await until(async () => holding.sql.pool().busy === 1)
    await t.rejects(
      waiting.use((sql) => sql`select 1`),
      { code: 'TENANT_BUSY', status: 503, retryAfter: 1 }
    )
    t.match(cap.counts(), { waiting: 0, waits: 1 })
    open()
    await transaction
    await untilServed(waiting)
    await untilServed(holding)
  }
)

t.test('tenants wait if a server has fewer connections than the cap', async (t) => {
  const { cap, pool } = await cappedPools(t, { maxConnections: 8, limit: 2 })
  const pools = Array.from({ length: 6 }, (_, index) => pool('right', index % 2 === 0 ? 1 : 4))
  await Promise.all(
    pools.flatMap(({ use }) => [1, 2, 3].map(() => use((sql) => sql.begin((tx) => tx`select 1`))))
  )
  t.ok(cap.counts().failedConnects > 0, 'the server was full')
  t.match(cap.counts(), { waiting: 0, down: 0 }, 'a full server does not count as down')
})

t.test('a server that stays full causes TENANT_BUSY', async (t) => {
  const { cap, pool } = await cappedPools(t, { maxConnections: 8, limit: 0, waitMs: 200 })
  await t.rejects(
    pool().use((sql) => sql`select 1`),
    { code: 'TENANT_BUSY', cause: { code: '53300' } }
  )
  await until(async () => cap.counts().connections === 0)
})

t.test('a refused login is repaired once, and the waiting work runs', async (t) => {
  let repairs = 0
  const { cap, pool, role, admin } = await cappedPools(t, {
    repair: async () => {
      repairs += 1
      await admin.unsafe(`alter role ${role} password 'changed'`)
      return true
    }
  })
  const trusted = await admin`select from pg_hba_file_rules where auth_method = 'trust'`
  if (trusted.length > 0) await admin.unsafe(`alter role ${role} nologin`)
  const { use } = pool('changed')
  const work = use((sql) => sql.begin((tx) => tx`select 1`))
  if (trusted.length > 0) {
    await t.rejects(work, { code: '28000' })
  } else {
    await work
    t.equal(cap.counts().failedConnects, 1)
  }
  t.equal(repairs, 1)
})

t.test('a lost connection is returned to the cap, even one in use', async (t) => {
  const { cap, pool, role, admin, asleep } = await cappedPools(t, { maxConnections: 2 })
  const [one, other] = [pool(), pool()]
  for (let round = 0; round < 3; round++) {
    const sleep = one.use((sql) => sql`select pg_sleep(60)`)
    sleep.catch(() => undefined)
    await other.use((sql) => sql`select 1`)
    await until(async () => (await asleep()).length === 1)
    await admin`select pg_terminate_backend(pid) from pg_stat_activity where usename = ${role}`
    await t.rejects(sleep)
    await until(async () => cap.counts().connections === 0)
  }
})

t.test(
  'a server that is down is tried three times, then once a second; other requests fail at once',
  async (t) => {
    const { hostname, port } = new URL(testServices().databaseUrl)
    let isUp = false
    const sockets = new Set<Socket>()
    const front = createServer((client) => {
      sockets.add(client)
      client.on('error', () => undefined).on('close', () => sockets.delete(client))
      if (!isUp) return client.destroy()
      const server = connect(Number(port || 5432), hostname)
      server.on('error', () => undefined).on('close', () => client.destroy())
      client
        .on('close', () => server.destroy())
        .pipe(server)
        .pipe(client)
      return client
    })
    front.listen(0, '127.0.0.1')
    await once(front, 'listening')
    t.teardown(() => {
      for (const socket of sockets) socket.destroy()
      front.close()
    })
    const url = new URL(testServices().databaseUrl)
    url.hostname = '127.0.0.1'
    url.port = String((front.address() as AddressInfo).port)
    const { cap, pool } = await cappedPools(t, { maxConnections: 8, url: url.href })
    const pools = Array.from({ length: 20 }, () => pool())
    const ask = async (index: number) => pools[index % 20]?.use((sql) => sql`select 1`)

    for (let attempt = 0; attempt < 3; attempt++) await t.rejects(ask(attempt))
    t.match(cap.counts(), { down: 1, connects: 3 })
    await until(async () => cap.isReachable)
    const answers = await Promise.allSettled(Array.from({ length: 60 }, (_, index) => ask(index)))
    t.ok(answers.every(({ status }) => status === 'rejected'))
    t.ok(cap.counts().connects < 10, `${cap.counts().connects} attempts for 63 statements`)
    t.equal(cap.counts().waiting, 0)

    isUp = true
    await until(async () => cap.isReachable)
    await ask(0)
    t.equal(cap.counts().down, 0)
    t.equal(cap.isReachable, true)
    await Promise.all([1, 2, 3, 4].map(ask))
  }
)
