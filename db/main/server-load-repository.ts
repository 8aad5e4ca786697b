import { and, asc, count, eq, ne, notInArray, sql } from 'drizzle-orm'
import type { DatabaseClient } from '../client.js'
import { prepared, query, type Named } from '../statement.js'
import { servers, tenantMoves, tenants } from './schema.js'

/** The load of the servers, and the tenants that could be moved away from one. */
export function createServerLoadRepository({ sql: client }: Pick<DatabaseClient, 'sql'>) {
  const { name, state, max_tenants } = servers
  const list = prepared(client, () =>
    query
      .select({
        ...{ name, state, max_tenants },
        tenants:
          sql<number>`${query.select({ count: count() }).from(tenants).where(eq(tenants.server, name))}`.as(
            'tenants'
          )
      })
      .from(servers)
      .orderBy(asc(name))
  )
  const listTenants = prepared(client, (named: Named<{ server: string; limit: number; offset: number }>) =>
    query
      .select({ id: tenants.id })
      .from(tenants)
      .where(
        and(
          eq(tenants.server, named.server),
          eq(tenants.status, 'active'),
          notInArray(
            tenants.id,
            query
              .select({ id: tenantMoves.tenant_id })
              .from(tenantMoves)
              .where(ne(tenantMoves.state, 'switched'))
          )
        )
      )
      .orderBy(asc(tenants.id))
      .limit(named.limit)
      .offset(named.offset)
  )
  return {
    list: () => list(),
    /** Tenants of a server that can be moved: active and not being moved. */
    listTenants: (server: string, limit: number, offset: number) => listTenants({ server, limit, offset })
  }
}
