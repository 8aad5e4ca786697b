// When the backend of a reserved connection (sql.reserve()) dies, its holder has lost it, whatever the pool does with the
// connection next, and no caller waits for a connection for ever.
import t from 'tap'
import { rejection, setUp } from './dying-backend.js'

for (const max of [1, 3]) {
  void t.test(`max ${max}: while a statement runs and others wait`, async (t) => {
    const { sql, insert, notes, pidOf, terminateBusy, recovers } = await setUp(t, { max })
    const reserved = await sql.reserve()
    const pid = await pidOf(reserved)
    await reserved`begin`
    const results = Promise.allSettled([
      reserved`select pg_sleep(60)`.execute(),
      ...Array.from({ length: 150 }, (_, i) => insert(reserved, `insert ${i}`).execute())
    ])
    await terminateBusy(pid)
    const failed = (await results).filter((result) => result.status === 'rejected')
    t.equal(failed.length, 151, 'every statement rejects')
    await rejection(t, reserved`commit`, 'a later statement')
    reserved.release()
    await recovers()
    t.same(await notes(), [])
  })

  void t.test(`max ${max}: while the connection is idle`, async (t) => {
    const { sql, insert, notes, pidOf, terminate, closed, recovers } = await setUp(t, { max })
    const reserved = await sql.reserve()
    const known = closed()
    await terminate(await pidOf(reserved))
    await known
    await rejection(t, insert(reserved, 'closed'), 'the next statement')
    await recovers()
    await rejection(t, insert(reserved, 'reconnected'), 'a statement after the pool has recovered')
    reserved.release()
    await recovers()
    t.same(await notes(), [])
  })
}

void t.test("a late release does not open another transaction's connection to other callers", async (t) => {
  const { sql, insert, notes, pidOf, terminate, closed } = await setUp(t)
  const dead = await sql.reserve()
  const known = closed()
  await terminate(await pidOf(dead))
  await known
  const twice = await sql.reserve()
  twice.release()

  let outside: Promise<unknown> | undefined
  const transaction = sql.begin(async (tx) => {
    await insert(tx, 'inside')
    dead.release()
    twice.release()
    outside = insert(sql, 'outside').execute()
    await tx`select 1`
    throw new Error('Rolled back')
  })
  await t.rejects(transaction, { message: 'Rolled back' })
  await outside
  t.same(await notes(), ['outside'])
})

void t.test('callers that wait for the connection get a new one', async (t) => {
  const { sql, pidOf, terminate, recovers } = await setUp(t)
  const holder = await sql.reserve()
  const waiting = [1, 2, 3].map(async () => {
    const reserved = await sql.reserve()
    const pid = await pidOf(reserved)
    reserved.release()
    return pid
  })
  const pid = await pidOf(holder)
  await terminate(pid)
  const pids = await Promise.all(waiting)
  t.notOk(pids.includes(pid), 'the dead backend answers no caller')
  await recovers()
})

for (const fetch_types of [true, false]) {
  void t.test(`fetch_types ${fetch_types}: reserve() as the first call on a pool`, async (t) => {
    const { sql, pidOf, recovers } = await setUp(t, { fetch_types, max: 2 })
    const [one, two] = await Promise.all([sql.reserve(), sql.reserve()])
    t.not(await pidOf(one), await pidOf(two), 'two connections')
    const third = sql.reserve()
    one.release()
    const reserved = await third
    reserved.release()
    two.release()
    await recovers()
  })
}
