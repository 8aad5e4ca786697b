// PostgreSQL ends a transaction whose client falls silent, unless the transaction waits for something else on purpose.
import { randomUUID } from 'node:crypto'
import type postgres from 'postgres'
import t from 'tap'
import { createClient, withTransaction } from '../../db/client.js'
import { holdBeside } from '../../db/main/hold-tenant.js'
import { withSession } from '../../db/session.js'
import { createTenantStore } from '../../db/tenant/store.js'
import { createInstallation } from '../helpers/installation.js'
import { createTenantDatabase } from './tenant-database.js'

const { config, sql } = await createInstallation(t)

const limitOf = async (client: postgres.ISql) =>
  (
    await client.unsafe<{ most: string }[]>(
      `select current_setting('idle_in_transaction_session_timeout') as most`
    )
  )[0]?.most

/** A pool that gives access to the transaction that was begun last. */
function revealing(pool: postgres.Sql) {
  let last: postgres.TransactionSql | undefined
  const begin = (work: (transaction: postgres.TransactionSql) => Promise<unknown>) =>
    pool.begin((transaction) => {
      last = transaction
      return work(transaction)
    })
  const shown = new Proxy(pool, {
    get: (target, name): unknown => (name === 'begin' ? begin : Reflect.get(target, name))
  })
  return { pool: shown, limitOfLast: () => limitOf(last as postgres.TransactionSql) }
}

t.test('every connection limits how long its transactions may be idle', async (t) => {
  const client = createClient(config.database.url, { max: 1, applicationName: 'strongroom-test' })
  t.teardown(() => client.close())
  t.equal(await withTransaction(client.sql, limitOf), '1min')
  t.equal(await withSession(config.database.url, limitOf), '1min')
})

t.test('a snapshot waits longer, for the reader of its archive', async (t) => {
  const { client } = await createTenantDatabase(1)
  const { pool, limitOfLast } = revealing(client.sql)
  const { archive } = createTenantStore({ sql: pool })
  t.equal(await archive.readSnapshot(limitOfLast), '1h')
  t.equal(await limitOf(client.sql), '1min', 'only in that transaction')
})

t.test('a tenant is held longer, while its place is created on another server', async (t) => {
  const { client } = await createTenantDatabase(1)
  const { pool, limitOfLast } = revealing(sql)
  const id = randomUUID()
  await sql`insert into tenants (id, name, database_name, status)
    values (${id}, 'Held', ${`tenant_${id}`}, 'provisioning')`
  const limit = await holdBeside(pool)(id, (work) => withTransaction(client.sql, work), limitOfLast)
  t.equal(limit, '10min')
  await sql`delete from tenants where id = ${id}`
})
