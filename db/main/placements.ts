import { eq, sql } from 'drizzle-orm'
import type { DatabaseClient } from '../client.js'
import { prepared, query, type Named } from '../statement.js'
import { tenantMoves, tenants } from './schema.js'

/** The server and the place of a tenant, as the main database records them. */
export interface Placement {
  server: string
  database_name: string
  /** Whether a move is closing: for a moment, the tenant can be used in neither place. */
  closing: boolean
}

export type FindPlacement = (tenantId: string) => Promise<Placement | null>

/** Reads the current placement of a tenant; null if it is gone. */
export function createFindPlacement({ sql: client }: Pick<DatabaseClient, 'sql'>): FindPlacement {
  const find = prepared(client, ({ id }: Named<{ id: string }>) =>
    query
      .select({
        server: tenants.server,
        database_name: tenants.database_name,
        closing: sql<boolean>`coalesce(${tenantMoves.state} = 'closing', false)`.as('closing')
      })
      .from(tenants)
      .leftJoin(tenantMoves, eq(tenantMoves.tenant_id, tenants.id))
      .where(eq(tenants.id, id))
  )
  return async (id) => {
    const [row] = await find({ id })
    return row ?? null
  }
}
