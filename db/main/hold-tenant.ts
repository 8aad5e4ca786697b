import { and, eq, ne } from 'drizzle-orm'
import type postgres from 'postgres'
import { withTransaction } from '../client.js'
import { letIdle } from '../let-idle.js'
import { query, rendered, type Named } from '../statement.js'
import { tenants } from './schema.js'

const hold = rendered(({ id }: Named<{ id: string }>) =>
  query
    .select({ id: tenants.id })
    .from(tenants)
    .where(and(eq(tenants.id, id), ne(tenants.status, 'purging')))
    .for('share')
)

/** How long the main transaction may wait for the other server, which creates or migrates a place meanwhile. */
const OTHER_SERVER = '10min'

/** Begins a transaction on the server of the tenant's place. */
type Begin<T> = (work: (transaction: postgres.TransactionSql) => Promise<T>) => Promise<T>

/**
 * Runs a transaction, and keeps the tenant from being purged until it ends.
 * @throws if the purge has begun, or the tenant is gone
 */
export type HoldTenant = <T>(
  id: string,
  begin: Begin<T>,
  work: (transaction: postgres.TransactionSql) => Promise<T>
) => Promise<T>

/** On the server of the main database, the transaction itself holds the tenant: it needs no second connection. */
export const holdInside: HoldTenant = (id, begin, work) =>
  begin(async (transaction) => {
    await holdFor(transaction, id)
    return work(transaction)
  })

/**
 * For a tenant on another server, a second transaction in the main database holds it. If that ends first, the purge
 * still waits for the lock on the tenant's place, which both it and `work` take.
 */
export const holdBeside =
  (main: postgres.Sql): HoldTenant =>
  (id, begin, work) =>
    // The main transaction begins last, so that no connection to the main database waits for the other server.
    begin((inside) =>
      withTransaction(main, async (transaction) => {
        await letIdle(transaction, { most: OTHER_SERVER })
        await holdFor(transaction, id)
        return work(inside)
      })
    )

async function holdFor(transaction: postgres.TransactionSql, id: string): Promise<void> {
  const held = await hold(transaction, { id })
  if (held.length === 0) throw new Error(`The tenant ${id} is gone, or is being removed`)
}
