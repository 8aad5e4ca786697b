import { and, eq, ne } from 'drizzle-orm'
import type postgres from 'postgres'
import { withTransaction } from '../client.js'
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
 * Keeps a tenant from being purged while the work runs, which may be on another server. If the connection to the main
 * database is lost meanwhile, the purge waits for the work by the lock that both take on the tenant's place.
 * @throws if the purge has begun, or the tenant is gone
 */
export function holdTenant<T>(main: postgres.Sql, id: string, work: () => Promise<T>): Promise<T> {
  return withTransaction(main, async (transaction) => {
    const held = await hold(transaction, { id })
    if (held.length === 0) throw new Error(`The tenant ${id} is gone, or is being removed`)
    return work()
  })
}
