// Even if no connection fails, a transaction's statements run inside it or not at all: not after its COMMIT, and not on a
// connection that has gone back to the pool. And a transaction always has its connection to itself.
import t from 'tap'
import type { TransactionSql } from 'postgres'
import { codeOf, gate, setUp } from './dying-backend.js'

for (const outcome of ['commit', 'rollback'] as const) {
  void t.test(`a statement issued with the ${outcome} or after it`, async (t) => {
    const { sql, insert, notes } = await setUp(t)
    let late: TransactionSql | undefined
    let behind: Promise<string> | undefined
    await sql
      .begin(async (tx) => {
        late = tx
        await insert(tx, 'first')
        insert(tx, 'not awaited').catch(() => undefined)
        // Runs after the driver has sent COMMIT or ROLLBACK, and before the answer.
        behind = new Promise((resolve) =>
          setImmediate(() => {
            resolve(settled(insert(tx, 'behind')))
          })
        )
        if (outcome === 'rollback') throw new Error('Rolled back')
      })
      .catch((error: unknown) => t.equal(String(error), 'Error: Rolled back'))
    t.equal(await behind, 'TRANSACTION_ENDED')
    if (late) t.equal(await settled(insert(late, 'late')), 'TRANSACTION_ENDED')
    t.same(await notes(), outcome === 'commit' ? ['first', 'not awaited'] : [])
  })
}

void t.test('a branch that continues after another one has failed', async (t) => {
  const { sql, insert, notes } = await setUp(t)
  const rolledBack = gate()
  let other = ''
  const goesOn = async (tx: TransactionSql) => {
    await insert(tx, 'one')
    await rolledBack.opened
    other = await settled(insert(tx, 'two'))
  }
  let branch: Promise<void> | undefined
  await t.rejects(
    sql.begin((tx) => {
      branch = goesOn(tx)
      return Promise.all([branch, tx`select 1 / 0`])
    }),
    { code: '22012' }
  )
  rolledBack.open()
  await branch
  t.equal(other, 'TRANSACTION_ENDED')
  t.same(await notes(), [])
})

for (const max of [1, 2]) {
  void t.test(`max ${max}: a BEGIN that fills the pipeline has its connection to itself`, async (t) => {
    const { sql, insert, notes } = await setUp(t, { max })
    await Promise.all(Array.from({ length: max }, () => sql`select pg_sleep(0.05)`))
    // max_pipeline is 100: in one of these rounds, BEGIN is the query that fills it.
    for (let sent = 98; sent <= 103; sent++) {
      const queries = Array.from({ length: sent * max }, () => sql.unsafe('select 1').execute())
      const transaction = sql.begin(async (tx) => {
        await insert(tx, 'inside')
        throw new Error('Rolled back')
      })
      await t.rejects(transaction, { message: 'Rolled back' }, `after ${sent} queries`)
      await Promise.all(queries)
    }
    await insert(sql, 'outside')
    t.same(await notes(), ['outside'])
  })
}

async function settled(query: PromiseLike<unknown>): Promise<string> {
  try {
    await query
    return 'resolved'
  } catch (error) {
    return codeOf(error)
  }
}
