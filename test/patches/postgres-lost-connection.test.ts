// Like a dead backend, but the network fails: the driver gets an error on its socket, and only later learns that it is
// closed. Queries sent in between must neither wait for ever nor reach the next session.
import { once } from 'node:events'
import net from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import t from 'tap'
import { codeOf, rejection, setUp, testDatabaseUrl } from './dying-backend.js'
import { startProxy } from './tcp-proxy.js'

const endings = ['reset', 'close'] as const

for (const ending of endings) {
  void t.test(`${ending} while a statement runs`, async (t) => {
    const proxy = await startProxy(t, testDatabaseUrl())
    const { insert, notes, dies, recovers } = await setUp(t, {}, proxy.url)
    await dies(async (tx) => {
      await tx`select 1`
      const running = rejection(t, tx`select pg_sleep(60)`, 'the running statement')
      proxy.endAll(ending)
      await running
      await Promise.all([
        rejection(t, insert(tx, 'at once'), 'the next statement'),
        rejection(t, tx`select 1`, 'one more statement')
      ])
    })
    await recovers()
    t.same(await notes(), [])
  })

  void t.test(`${ending} while the transaction is idle`, async (t) => {
    const proxy = await startProxy(t, testDatabaseUrl())
    const { insert, notes, closed, dies, recovers } = await setUp(t, {}, proxy.url)
    await dies(async (tx) => {
      await insert(tx, 'lost')
      const known = closed()
      proxy.endAll(ending)
      await known
      await recovers()
      await insert(tx, 'later')
    })
    await recovers()
    t.same(await notes(), [])
  })

  void t.test(`${ending} as a statement or COMMIT is sent`, async (t) => {
    const proxy = await startProxy(t, testDatabaseUrl())
    // Unprepared, so that every statement is sent with its text, which the proxy looks for.
    const { sql, insert, notes, dies, recovers } = await setUp(t, { prepare: false }, proxy.url)
    await recovers()
    proxy.endOn('begin', ending)
    await rejection(
      t,
      sql.begin((tx) => insert(tx, 'lost')),
      'a transaction that cannot begin'
    )
    for (const text of ['insert into', 'select 2', 'commit']) {
      proxy.endOn(text, ending)
      await dies((tx) =>
        Promise.all([tx`select 1`, insert(tx, 'lost'), tx`select 2`, tx.savepoint((sp) => sp`select 3`)])
      )
      await recovers()
    }
    t.same(await notes(), [])
  })

  void t.test(`${ending} while the connection is being opened`, async (t) => {
    const proxy = await startProxy(t, testDatabaseUrl())
    const { sql, recovers } = await setUp(t, { fetch_types: true }, proxy.url)
    const firsts = [() => sql`select 1`, () => sql.begin((tx) => tx`select 1`), () => sql.reserve()]
    for (const first of firsts) {
      proxy.endOn('pg_catalog.pg_type', ending)
      await rejection(t, first(), 'the first query of the connection')
    }
    await recovers()
  })
}

void t.test('a query for a connection that is dead but not yet closed', async (t) => {
  const proxy = await startProxy(t, testDatabaseUrl())
  const { sql, events, recovers } = await setUp(t, { max: 2 }, proxy.url)
  const answers: Promise<unknown>[] = []
  // Both connections are lost at once: when the first one closes, the pool still takes the second one for alive.
  events.on('close', () => answers.push(sql`select 1`.then(() => null, codeOf)))
  for (let round = 1; round <= 10; round++) {
    await Promise.all([sql`select pg_sleep(0.01)`, sql`select pg_sleep(0.01)`])
    proxy.endAll('reset')
    while (answers.length < 2 * round) await nextTurn()
    await recovers()
  }
  t.equal(proxy.malformed(), 0, 'no unsent bytes were sent before the next session began')
  const codes = await Promise.all(answers)
  t.ok(codes.includes('CONNECTION_CLOSED'), 'some queries met such a connection')
  // ECONNRESET: the reset itself, if it arrives only after the query was written.
  const lost = [null, 'CONNECTION_CLOSED', 'ECONNRESET']
  t.same(
    codes.filter((code) => !lost.includes(code as string | null)),
    []
  )
})

void t.test('a password that arrives after the connection is lost', async (t) => {
  const url = new URL(testDatabaseUrl())
  let lose: (() => Promise<void>) | null = null
  const socket = async () => {
    const socket = net.connect(Number(url.port || 5432), url.hostname)
    await once(socket, 'connect')
    lose ??= async () => {
      const lost = once(socket, 'close')
      socket.destroy()
      await lost
    }
    return socket
  }
  let asked = 0
  const password = async () => {
    if (asked++ === 0) await lose?.()
    return decodeURIComponent(url.password)
  }
  const { recovers } = await setUp(t, { password, socket } as object)
  await recovers()
  t.comment(`the server asked for ${asked} passwords`)
})
