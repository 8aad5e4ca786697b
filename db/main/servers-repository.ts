import { asc } from 'drizzle-orm'
import type { DatabaseClient } from '../client.js'
import { prepared, query } from '../statement.js'
import { servers } from './schema.js'

/** A PostgreSQL server that keeps tenants. */
export type Server = Pick<typeof servers.$inferSelect, 'name' | 'strategy' | 'state' | 'max_tenants'>

const { name, strategy, state, max_tenants } = servers

export type ServerRepository = ReturnType<typeof createServerRepository>

export function createServerRepository({ sql: client }: Pick<DatabaseClient, 'sql'>) {
  const list = prepared(client, () =>
    query.select({ name, strategy, state, max_tenants }).from(servers).orderBy(asc(name))
  )

  return {
    list: (): Promise<Server[]> => list()
  }
}
