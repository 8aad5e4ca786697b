// A pool with a gate opens a connection only when the gate says so, and reports when each one has closed.
import { randomBytes } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import t, { type Test } from 'tap'
import postgres from 'postgres'
import { databaseName, withLogin } from '../../db/database-url.js'
import { freeze, gate as opening, setUp, testDatabaseUrl } from './dying-backend.js'

/** A pool whose gate admits `free` connections and records its calls in `told`. */
async function gated(
  t: Test,
  options: { free?: number; growMs?: number; silence_timeout?: number } = {},
  url = testDatabaseUrl()
) {
  const { free = 1, growMs = 50, ...more } = options
  const told = { free, ages: [] as number[], refused: [] as unknown[], closed: [] as boolean[] }
  const events = new EventEmitter()
  const gate: postgres.Gate = {
    wanted(sql, age) {
      told.ages.push(age)
      if (age < growMs || told.free === 0) return false
      told.free -= 1
      sql.grow()
      return true
    },
    opened: () => void events.emit('opened'),
    refused: (_sql, error) => void told.refused.push(error),
    closed(_sql, retired) {
      told.closed.push(retired)
      events.emit('closed')
    }
  }
  return {
    ...(await setUp(t, { max: 3, fetch_types: false, backoff: () => 0, gate, ...more }, url)),
    told,
    events
  }
}

const sleeping = async (sql: postgres.Sql, admin: postgres.Sql, table: string) => {
  const query = (async () => (await sql`select pg_sleep(60)`).count)()
  query.catch(() => undefined)
  const asleep = () =>
    admin`select from pg_stat_activity where application_name = ${table} and wait_event = 'PgSleep'`
  while ((await asleep()).length === 0) continue
  return { query }
}

void t.test('many statements share the admitted connection', async (t) => {
  const { sql, pidOf, told } = await gated(t)
  const pids = await Promise.all(Array.from({ length: 200 }, () => pidOf(sql)))
  t.equal(new Set(pids).size, 1)
  t.equal(told.ages[0], Infinity, 'the first connection was wanted while there was none')
  t.equal(told.free, 0)
})

void t.test('a statement that waits behind a long one asks for another connection and gets it', async (t) => {
  const { sql, admin, table, told, insert, notes } = await gated(t, { growMs: 0 })
  await sleeping(sql, admin, table)
  told.free = 1
  await insert(sql, 'beside the sleeper')
  t.same(await notes(), ['beside the sleeper'])
  t.equal(sql.pool().busy, 1)
})

void t.test('statements go to the connection whose work began last', async (t) => {
  const { sql, admin, table, told, pidOf } = await gated(t, { free: 1, growMs: 0 })
  await sleeping(sql, admin, table)
  told.free = 1
  const second = await pidOf(sql)
  told.free = 0
  const short = sql`select pg_sleep(0.2), pg_backend_pid() as pid`.execute()
  t.equal(await pidOf(sql), second, 'it waits for the short statement')
  t.equal((await short)[0]?.['pid'], second)
})

void t.test('of the idle connections, the one used last gets the next statement', async (t) => {
  const { sql, pidOf } = await gated(t, { free: 2, growMs: 0 })
  await Promise.all([sql`select pg_sleep(0.1)`, sql`select pg_sleep(0.2)`])
  t.equal(sql.pool().idle, 2)
  const pids = []
  for (let i = 0; i < 10; i++) pids.push(await pidOf(sql))
  t.equal(new Set(pids).size, 1)
})

void t.test('the age of the work counts a whole transaction, however short its statements are', async (t) => {
  const { sql, told } = await gated(t, { growMs: 1_000_000 })
  let waiting: PromiseLike<unknown> | undefined
  let age = 0
  await sql.begin(async (tx) => {
    await tx`select pg_sleep(0.2)`
    await tx`select 1`
    waiting = sql`select 2`.execute()
    age = told.ages.at(-1) ?? 0
  })
  await waiting
  t.ok(age >= 190, `${age} ms`)
})

void t.test('a refused connection rejects no statement, and the next connection runs it', async (t) => {
  const admin = postgres(testDatabaseUrl(), { max: 1 })
  const role = `refused_${randomBytes(4).toString('hex')}`
  await admin.unsafe(`create role ${role} login connection limit 0 password 'right'`)
  await admin`grant connect on database ${admin(databaseName(testDatabaseUrl()))} to ${admin(role)}`
  t.teardown(async () => {
    await admin.unsafe(`drop owned by ${role}; drop role ${role}`)
    await admin.end()
  })
  const { sql, told, events } = await gated(
    t,
    { free: 0 },
    withLogin(testDatabaseUrl(), { username: role, password: 'right' })
  )
  const waiting = sql`select 1`.execute()
  sql.grow()
  await once(events, 'closed')
  t.match(told.refused, [{ code: '53300' }])
  t.same(told.closed, [false], 'its socket has closed')
  t.equal(sql.pool().waiting, 1)
  await admin.unsafe(`alter role ${role} connection limit 1`)
  sql.grow()
  t.equal((await waiting).count, 1)
  await sql.end()
})

void t.test('unsent statements can be rejected', async (t) => {
  const { sql } = await gated(t, { free: 0 })
  const waiting = [1, 2].map(() => sql`select 1`.execute())
  while (sql.pool().waiting < 2) await new Promise(setImmediate)
  sql.rejectQueued(new Error('no more'))
  for (const each of waiting) await t.rejects(each, { message: 'no more' })
  t.equal(sql.pool().waiting, 0)
})

void t.test('an idle connection retires at once', async (t) => {
  const { sql, events, told } = await gated(t)
  t.equal(sql.retire(), false, 'there is no connection')
  await sql`select 1`
  const closed = once(events, 'closed')
  t.equal(sql.retire(), true)
  await closed
  t.same(told.closed, [true])
  told.free = 1
  await sql`select 2`
  t.match(sql.pool(), { idle: 1, busy: 0, connecting: 0, closed: 2, waiting: 0 })
})

void t.test('a retiring connection finishes its transaction first, and takes no new work', async (t) => {
  const { sql, events, told, insert, notes } = await gated(t)
  const { opened, open } = opening()
  const transaction = sql.begin(async (tx) => {
    await insert(tx, 'before')
    await opened
    await insert(tx, 'after')
  })
  await once(events, 'opened')
  while ((await Promise.resolve(sql.pool().busy)) === 0) await new Promise(setImmediate)
  t.equal(sql.retire(), true)
  t.equal(sql.retire(), false, 'it is retiring already')
  const later = insert(sql, 'later').execute()
  const closed = once(events, 'closed')
  open()
  await transaction
  told.free = 1
  await closed
  await later
  t.same(await notes(), ['after', 'before', 'later'])
  t.same(told.closed, [true])
})

void t.test(
  'after the backend of a retiring connection dies, a new connection does not retire',
  async (t) => {
    const { sql, told, events, admin, table } = await gated(t)
    const { query } = await sleeping(sql, admin, table)
    sql.retire()
    told.free = 1
    const closed = once(events, 'closed')
    await admin`select pg_terminate_backend(pid) from pg_stat_activity where application_name = ${table}`
    await t.rejects(query)
    await closed
    for (let i = 0; i < 5; i++) await sql`select 1`
    t.same(told.closed, [true], 'the new connection stays open')
  }
)

void t.test('a retired connection is dropped if the server does not close it', async (t) => {
  const { sql, pidOf, events } = await gated(t, { silence_timeout: 6 })
  freeze(t, await pidOf(sql))
  const closed = once(events, 'closed')
  sql.retire()
  await closed
  t.pass('its socket has closed')
})

void t.test('statements left in the queue ask again when a connection takes the first one', async (t) => {
  const { sql, told } = await gated(t)
  const transactions = [1, 2, 3].map(() => sql.begin((tx) => tx`select 1`))
  await Promise.all(transactions)
  t.ok(told.ages.filter((age) => age < 50).length >= 2, String(told.ages))
})

void t.test('sql.end() does not wait for a connection that is being opened', async (t) => {
  const { sql, events } = await gated(t)
  const query = sql`select 1`.execute()
  while (sql.pool().connecting === 0) await new Promise(setImmediate)
  sql.rejectQueued(new Error('no more'))
  await t.rejects(query)
  const told = Promise.all([once(events, 'opened'), once(events, 'closed')])
  await sql.end()
  await told
  t.equal(sql.pool().connecting, 0)
})

void t.test('reserve() is refused, since the gate would not learn of it', async (t) => {
  const { sql } = await gated(t)
  await t.rejects(sql.reserve(), { code: 'NOT_SUPPORTED' })
})
