import { asc, count, eq, sql } from 'drizzle-orm'
import type { DatabaseClient } from '../client.js'
import { excluded, prepared, query, type Named } from '../statement.js'
import { servers, tenantMoves, tenants } from './schema.js'

/** A PostgreSQL server that keeps tenants. */
export type Server = Pick<typeof servers.$inferSelect, 'name' | 'strategy' | 'state' | 'max_tenants'>

/** A server with what it still has of tenants, so that it may be removed only when both are 0. */
export type FilledServer = Server & {
  /** The number of its tenants, including those that are being purged. */
  tenants: number
  /** Old places that have not been dropped yet, and new places of moves in progress. */
  moving: number
}

const { name, strategy, state, max_tenants } = servers

/** Counts the places on a server that moves are leaving behind or filling. */
const otherPlaces = query
  .select({ count: count() })
  .from(tenantMoves)
  .where(
    eq(
      name,
      sql`case ${tenantMoves.state} when 'switched' then ${tenantMoves.from_server} else ${tenantMoves.to_server} end`
    )
  )

export type ServerRepository = ReturnType<typeof createServerRepository>

export function createServerRepository({ sql: client }: Pick<DatabaseClient, 'sql'>) {
  const list = prepared(client, () =>
    query.select({ name, strategy, state, max_tenants }).from(servers).orderBy(asc(name))
  )
  const listFilled = prepared(client, () =>
    query
      .select({
        ...{ name, strategy, state, max_tenants, tenants: count(tenants.id).as('tenants') },
        moving: sql<number>`${otherPlaces}`.as('moving')
      })
      .from(servers)
      .leftJoin(tenants, eq(tenants.server, name))
      .groupBy(name)
      .orderBy(asc(name))
  )
  const put = prepared(client, (server: Named<Server>) =>
    query
      .insert(servers)
      .values({
        name: server.name,
        strategy: sql`${server.strategy}`,
        state: sql`${server.state}`,
        max_tenants: server.max_tenants
      })
      .onConflictDoUpdate({
        target: name,
        set: { state: excluded(state), max_tenants: excluded(max_tenants) },
        setWhere: eq(strategy, excluded(strategy))
      })
      .returning({ name })
  )
  const setState = prepared(client, (named: Named<Pick<Server, 'name' | 'state'>>) =>
    query
      .update(servers)
      .set({ state: sql`${named.state}` })
      .where(eq(name, named.name))
      .returning({ name })
  )

  return {
    /** All servers, ordered by name. */
    list: (): Promise<Server[]> => list(),
    listFilled: (): Promise<FilledServer[]> => listFilled(),
    /**
     * Adds a server, or changes its state and limit; `other strategy`: it exists with a strategy that cannot change.
     */
    async put(server: Server): Promise<{ outcome: 'put' | 'other strategy' }> {
      return { outcome: (await put(server)).length > 0 ? 'put' : 'other strategy' }
    },
    async setState(server: string, state: Server['state']): Promise<{ outcome: 'set' | 'missing' }> {
      return { outcome: (await setState({ name: server, state })).length > 0 ? 'set' : 'missing' }
    }
  }
}
