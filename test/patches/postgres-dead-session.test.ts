// State that a session leaves in the driver when its backend dies must not reach the next session on the same connection:
// unsent bytes, row counts, the last error, open streams and cursors.
import { randomUUID } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { databaseName } from '../../db/database-url.js'
import t from 'tap'
import { codeOf, freeze, gate, rejection, setUp, testDatabaseUrl } from './dying-backend.js'

void t.test('outside of a transaction', async (t) => {
  const { sql, pidOf, terminateBusy, recovers } = await setUp(t)
  const killed = terminateBusy(await pidOf(sql))
  const sent = [sql`select pg_sleep(60)`, sql`select 1`, sql`select ${2}::int`].map((query) =>
    query.execute()
  )
  await Promise.all(sent.map((query) => rejection(t, query, 'a query')))
  await killed
  await recovers()
})

void t.test('in the middle of the rows', async (t) => {
  // Without the query for array types, which would meet the stale row count instead.
  const { sql, dies, recovers } = await setUp(t, { fetch_types: false })
  // Long rows, so that some are sent before the backend terminates itself.
  const half = `
      select repeat('x', 20000), case when i = 4 then pg_terminate_backend(pg_backend_pid()) end
      from generate_series(1, 8) i`
  await rejection(t, sql.unsafe(half), 'the query')
  await recovers()
  await dies((tx) => tx.unsafe(half))
  await recovers()
})

void t.test('while a statement is parsed', async (t) => {
  const { admin, table, insert, notes, pidOf, terminateBusy, dies, recovers } = await setUp(t)
  await admin.begin(async (other) => {
    await other`lock table ${other(table)}`
    await dies(async (tx) => {
      const killed = terminateBusy(await pidOf(tx))
      // Has parameters: the driver first asks for their types, and then has an unawaited Sync to send.
      await insert(tx, 'lost').finally(() => killed)
    })
  })
  await recovers()
  t.same(await notes(), [])
})

void t.test('while a cursor is open', async (t) => {
  const { sql, pidOf, terminate, closed, recovers } = await setUp(t)
  for (const outcome of ['returns', 'throws']) {
    const pid = await pidOf(sql)
    const reading = gate()
    const dead = gate()
    // The driver awaits the callback's result, although its types say void.
    const onRows = (): unknown => {
      reading.open()
      return dead.opened.then(() => {
        if (outcome === 'throws') throw new Error('Too late to matter')
      })
    }
    const cursor = sql`select generate_series(1, 10)`.cursor(1, onRows)
    const rejected = rejection(t, cursor, 'the cursor')
    await reading.opened
    const known = closed()
    await terminate(pid)
    await known
    await sql.begin(async (tx) => {
      // The callback ends between two queries of the next session, and must not write between them.
      const next = tx<{ answer: number }[]>`select 7 as answer`.execute()
      dead.open()
      for (let turns = 0; turns < 20; turns++) await Promise.resolve()
      const [one, two] = await Promise.all([next, tx<{ answer: number }[]>`select 8 as answer`])
      t.same([one[0]?.answer, two[0]?.answer], [7, 8])
    })
    await rejected
    await recovers()
  }
})

void t.test('before a server that refuses the next session', async (t) => {
  const role = `dying_${randomUUID().slice(0, 8)}`
  const { sql, admin, pidOf, terminateBusy, recovers } = await setUp(t, {
    username: role,
    password: role
  })
  await admin`create role ${admin(role)} login password ${admin.unsafe(`'${role}'`)}`
  // Other tests may have revoked access to this database from everyone not named.
  await admin`grant connect on database ${admin(databaseName(testDatabaseUrl()))} to ${admin(role)}`
  t.teardown(async () => {
    await admin`drop owned by ${admin(role)}`
    await admin`drop role ${admin(role)}`
  })
  const pid = await pidOf(sql)
  const running = rejection(t, sql`select pg_sleep(60)`, 'the running query')
  await admin`alter role ${admin(role)} nologin`
  await terminateBusy(pid)
  await running
  await t.rejects(sql`select 1`, { code: '28000' }, 'the refusal reaches the caller')
  await admin`alter role ${admin(role)} login`
  await recovers()
})

void t.test('with another host to try, while the first query of a connection runs', async (t) => {
  const { host } = new URL(testDatabaseUrl())
  const hosts = { host: `${host},${host}` }
  const { sql, admin, table, terminateBusy, recovers } = await setUp(t, hosts)
  const first = rejection(t, sql`select pg_sleep(60)`, 'the first query')
  let backend: { pid: number } | undefined
  while (!backend)
    [backend] = await admin<{ pid: number }[]>`
        select pid from pg_stat_activity where application_name = ${table} and wait_event = 'PgSleep'`
  await terminateBusy(backend.pid)
  await first
  await recovers()
})

void t.test('before a server that freezes', async (t) => {
  const { sql, closed, pidOf, recovers } = await setUp(t, { silence_timeout: 6 })
  freeze(t, await pidOf(sql))
  const known = closed()
  await t.rejects(sql`select 1`, { code: 'CONNECTION_SILENT' })
  await known
  await recovers()
  const transaction = sql.begin(async (tx) => {
    freeze(t, await pidOf(tx))
    return tx`select 2`
  })
  await rejection(t, transaction, 'the transaction')
  await recovers()
})

void t.test('a connection that is merely idle for long is kept', async (t) => {
  for (let silence_timeout = 1; ; silence_timeout *= 2) {
    const { sql, admin, pidOf } = await setUp(t, { silence_timeout })
    try {
      const pid = await pidOf(sql)
      await admin`select pg_sleep(${silence_timeout * 3})`
      t.equal(await pidOf(sql), pid)
      return
    } catch (error) {
      // A busy server may need longer than that to answer; try again with twice the time.
      if (codeOf(error) !== 'CONNECTION_SILENT') throw error
    }
  }
})

void t.test('before a server that closes every connection without an error', async (t) => {
  let connections = 0
  const silent = createServer((socket) => {
    connections++
    socket.on('error', () => undefined).once('data', () => socket.end())
  })
  silent.listen(0, '127.0.0.1')
  await once(silent, 'listening')
  t.teardown(() => silent.close())
  const { port: silentPort } = silent.address() as AddressInfo
  const server = new URL(testDatabaseUrl())

  const alone = await setUp(t, { host: '127.0.0.1', port: silentPort })
  const queries = [1, 2, 3].map((number) => alone.sql`select ${number}::int`)
  await Promise.all(queries.map((query, index) => rejection(t, query, `query ${index}`)))
  t.equal(connections, 2 * queries.length, 'each query gets a second attempt, and no third')

  const followed = await setUp(t, { host: `127.0.0.1:${silentPort},${server.host}` })
  t.same([...(await followed.sql`select 7 as answer`)], [{ answer: 7 }], 'the next host answers')
  const twice = await setUp(t, { host: `127.0.0.1:${silentPort},127.0.0.1:${silentPort}` })
  await rejection(t, twice.sql`select 1`, 'a query with no host left')
})

void t.test('a listener reconnects', async (t) => {
  const { sql, admin, table, terminate } = await setUp(t)
  const heard = new EventEmitter()
  let listening = 0
  const { state } = await sql.listen(
    table,
    (payload) => heard.emit(payload),
    () => heard.emit(`listening ${++listening}`)
  )
  t.type(state.pid, 'number')
  for (let death = 1; death <= 5; death++) {
    const again = once(heard, `listening ${death + 1}`)
    const [listener] = await admin<{ pid: number }[]>`
        select pid from pg_stat_activity where application_name = ${table} and query ilike 'listen %'`
    if (!listener) throw new Error('Nobody listens')
    await terminate(listener.pid)
    await again
    const notified = once(heard, `after death ${death}`)
    await admin`select pg_notify(${table}, ${`after death ${death}`})`
    await notified
  }
  t.equal(listening, 6)
})

void t.test('at the end of a COPY', async (t) => {
  const { table, slowInserts, notes, pidOf, terminateBusy, dies, recovers } = await setUp(t)
  await slowInserts('')
  await dies(async (tx) => {
    const killed = terminateBusy(await pidOf(tx))
    const copy = await tx`copy ${tx(table)} from stdin`.writable()
    const stored = new Promise((resolve, reject) => {
      copy.once('finish', resolve).once('error', reject)
      copy.end('row\n')
    })
    t.match(await stored.catch(codeOf), 'CONNECTION_CLOSED', 'the stream does not report success')
    await killed
  })
  await recovers()
  t.same(await notes(), [])
})

void t.test('sql.end() does not wait for a dead transaction', async (t) => {
  const { sql, pidOf, terminateBusy, dies } = await setUp(t)
  const begun = gate()
  let pid = 0
  const died = dies(async (tx) => {
    pid = await pidOf(tx)
    begun.open()
    await tx`select pg_sleep(60)`
  })
  await begun.opened
  const ended = sql.end()
  await terminateBusy(pid)
  await died
  await ended
  t.pass('sql.end() resolves')
})
