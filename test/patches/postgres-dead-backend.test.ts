// When a backend dies in the middle of a transaction, the process survives, the transaction rejects, the pool
// recovers, and no statement of the transaction runs anywhere else.
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { TransactionSql } from 'postgres'
import t from 'tap'
import { gate, rejection, setUp } from './dying-backend.js'

for (const max of [1, 3]) {
  void t.test(`max ${max}: the backend dies while a statement runs`, async (t) => {
    const { insert, notes, pidOf, terminateBusy, dies, recovers } = await setUp(t, { max })
    await dies(async (tx) => {
      await insert(tx, 'lost')
      const killed = terminateBusy(await pidOf(tx))
      await tx`select pg_sleep(60)`.finally(() => killed)
    })
    await recovers()
    t.same(await notes(), [])
  })

  void t.test(
    `max ${max}: the backend dies while a statement runs, and the caller continues regardless`,
    async (t) => {
      const { insert, notes, pidOf, terminateBusy, dies, recovers } = await setUp(t, { max })
      await dies(async (tx) => {
        const killed = terminateBusy(await pidOf(tx))
        await rejection(t, tx`select pg_sleep(60)`, 'the running statement')
        await rejection(t, insert(tx, 'at once'), 'the next statement')
        await killed
        await recovers()
        await rejection(t, insert(tx, 'later'), 'a statement after the pool has recovered')
      })
      await recovers()
      t.same(await notes(), [])
    }
  )

  void t.test(`max ${max}: the backend dies while many statements wait`, async (t) => {
    const { insert, notes, pidOf, terminateBusy, dies, recovers } = await setUp(t, { max })
    // More than max_pipeline (100), with and without parameters: some are sent, the others wait in the driver.
    const statements = async (tx: TransactionSql) => {
      const sleep = tx`select pg_sleep(60)`.execute()
      const plain = Array.from({ length: 80 }, () => tx.unsafe('select 1').execute())
      const inserts = Array.from({ length: 80 }, (_, i) => insert(tx, `insert ${i}`).execute())
      return Promise.allSettled([sleep, ...plain, ...inserts])
    }
    await dies(async (tx) => {
      const pid = await pidOf(tx)
      const results = statements(tx)
      await terminateBusy(pid)
      const failed = (await results).filter((result) => result.status === 'rejected')
      t.equal(failed.length, 161, 'every statement rejects')
    })
    await recovers()
    t.same(await notes(), [])
  })

  void t.test(`max ${max}: the backend dies while the transaction is idle`, async (t) => {
    const { insert, notes, pidOf, closed, terminate, dies, recovers } = await setUp(t, { max })
    await dies(async (tx) => {
      await insert(tx, 'lost')
      const known = closed()
      await terminate(await pidOf(tx))
      await known
      await rejection(t, insert(tx, 'reconnecting'), 'the next statement')
      await recovers()
      await rejection(t, insert(tx, 'reconnected'), 'a statement after the pool has recovered')
    })
    await recovers()
    t.same(await notes(), [])
  })

  void t.test(`max ${max}: the backend dies while idle, and the client has not noticed`, async (t) => {
    const { insert, notes, pidOf, terminate, dies, recovers } = await setUp(t, { max })
    for (let turns = 0; turns < 10; turns++) {
      await dies(async (tx) => {
        await terminate(await pidOf(tx))
        for (let turn = 0; turn < turns; turn++) await nextTurn()
        await Promise.all([insert(tx, 'one'), tx`select 1`, insert(tx, 'two')])
      })
    }
    await recovers()
    t.same(await notes(), [])
  })
}

void t.test('a dead transaction does not touch the next one on its connection', async (t) => {
  const { sql, insert, notes, pidOf, closed, terminate, dies } = await setUp(t)
  const dead = gate()
  const nextIsOpen = gate()
  const died = dies(async (tx) => {
    const known = closed()
    await terminate(await pidOf(tx))
    await known
    dead.open()
    await nextIsOpen.opened
    await rejection(t, insert(tx, 'first'), 'a statement of the dead transaction')
    // On return, the driver must not send COMMIT or ROLLBACK, which would end the other transaction.
  })
  await dead.opened
  await sql.begin(async (tx) => {
    await insert(tx, 'second, before')
    nextIsOpen.open()
    await died
    t.same(await notes(), [], 'nothing is committed yet')
    await insert(tx, 'second, after')
  })
  t.same(await notes(), ['second, after', 'second, before'])
})

void t.test('waiting queries and transactions survive the death of the connection', async (t) => {
  const { sql, insert, notes, pidOf, terminateBusy, dies } = await setUp(t)
  const begun = gate()
  let pid = 0
  const died = dies(async (tx) => {
    pid = await pidOf(tx)
    begun.open()
    await tx`select pg_sleep(60)`
  })
  await begun.opened
  const waiting = [
    ...Array.from({ length: 20 }, (_, i) => insert(sql, `query ${i}`).execute()),
    ...Array.from({ length: 20 }, (_, i) => sql.begin((tx) => insert(tx, `transaction ${i}`)))
  ]
  await terminateBusy(pid)
  await died
  await Promise.all(waiting)
  t.equal((await notes()).length, 40)
})

void t.test('a backend that dies inside a savepoint breaks the whole transaction', async (t) => {
  const { insert, notes, pidOf, terminateBusy, dies, recovers } = await setUp(t)
  await dies(async (tx) => {
    await insert(tx, 'outer')
    const savepoint = tx.savepoint(async (sp) => {
      await insert(sp, 'inner')
      const killed = terminateBusy(await pidOf(sp))
      await sp`select pg_sleep(60)`.finally(() => killed)
    })
    await rejection(t, savepoint, 'the savepoint')
    await recovers()
    await rejection(t, insert(tx, 'after'), 'a statement after the savepoint')
    const second = tx.savepoint((sp) => insert(sp, 'second'))
    await rejection(t, second, 'a second savepoint')
  })
  await recovers()
  t.same(await notes(), [])
})

void t.test('a backend that dies during COMMIT breaks the transaction', async (t) => {
  const { slowInserts, insert, notes, pidOf, terminateBusy, dies, recovers } = await setUp(t)
  await slowInserts('deferrable initially deferred')
  await dies(async (tx) => {
    await insert(tx, 'lost')
    const pid = await pidOf(tx)
    void terminateBusy(pid)
  })
  await recovers()
  t.same(await notes(), [])
})
