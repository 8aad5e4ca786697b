import { and, count, eq, isNull, ne, sql } from 'drizzle-orm'
import { query, rendered, type Client, type Named } from '../statement.js'
import { servers, tenantMoves, tenants } from './schema.js'

/** A server and how many tenants it has, including those being moved to it. */
export interface ServerRoom {
  state: (typeof servers.$inferSelect)['state']
  max_tenants: number | null
  tenants: number
}

// Foreign key checks, as for new tenants, do not wait for this lock.
const lock = rendered(({ name }: Named<{ name: string }>) =>
  query
    .select({ state: servers.state, max_tenants: servers.max_tenants })
    .from(servers)
    .where(eq(servers.name, name))
    .for('no key update')
)
const countTenants = rendered(({ name }: Named<{ name: string }>) => {
  const there = query.select({ count: count() }).from(tenants).where(eq(tenants.server, servers.name))
  const coming = query
    .select({ count: count() })
    .from(tenantMoves)
    .where(
      and(
        eq(tenantMoves.to_server, servers.name),
        ne(tenantMoves.state, 'switched'),
        isNull(tenantMoves.restore_id)
      )
    )
  return query
    .select({ tenants: sql<number>`${there} + ${coming}`.as('tenants') })
    .from(servers)
    .where(eq(servers.name, name))
})

/**
 * Locks a server's row and counts its tenants, so that the count holds until the transaction ends. Any transaction that
 * checks a limit while placing a tenant there must call this first. The count is a separate statement, so it sees what
 * was committed during the wait for the lock.
 */
export async function lockServer(transaction: Client, name: string): Promise<ServerRoom | undefined> {
  const [server] = await lock(transaction, { name })
  if (server === undefined) return undefined
  const [room] = await countTenants(transaction, { name })
  return { ...server, tenants: room?.tenants ?? 0 }
}
