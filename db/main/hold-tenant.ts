import { and, eq, ne } from 'drizzle-orm'
import type postgres from 'postgres'
import { query, rendered, type Named } from '../statement.js'
import { tenants } from './schema.js'

const hold = rendered(({ id }: Named<{ id: string }>) =>
  query
    .select({ id: tenants.id })
    .from(tenants)
    .where(and(eq(tenants.id, id), ne(tenants.status, 'purging')))
    .for('share')
)

/**
 * Keeps a tenant from being purged until the transaction ends.
 * @throws if the purge has begun, or the tenant is gone
 */
export async function holdTenant(transaction: postgres.TransactionSql, id: string): Promise<void> {
  const held = await hold(transaction, { id })
  if (held.length === 0) throw new Error(`The tenant ${id} is gone, or is being removed`)
}
