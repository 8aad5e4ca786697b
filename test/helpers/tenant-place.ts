import type postgres from 'postgres'
import { withDatabase } from '../../db/database-url.js'
import type { Config } from '../../core/config/config.js'

/** Where tenants' tables are, under either strategy. */
export interface TenantPlaces {
  /** The database that the tenant's statements go to. */
  databaseOf: (name: string) => string
  /** The connection options with which bare table names are the tenant's. */
  clientOf: (name: string) => { url: string; connection: { search_path?: string } }
  exists: (name: string) => Promise<boolean>
  drop: (name: string) => Promise<unknown>
}

export function tenantPlaces({ database, tenancy }: Config, main: postgres.Sql): TenantPlaces {
  if (tenancy.strategy === 'schema') {
    return {
      databaseOf: () => new URL(database.url).pathname.slice(1),
      clientOf: (name) => ({ url: database.url, connection: { search_path: name } }),
      exists: async (name) => (await main`select from pg_namespace where nspname = ${name}`).length > 0,
      drop: (name) => main`drop schema ${main(name)} cascade`
    }
  }
  return {
    databaseOf: (name) => name,
    clientOf: (name) => ({ url: withDatabase(database.url, name), connection: {} }),
    exists: async (name) => (await main`select from pg_database where datname = ${name}`).length > 0,
    drop: (name) => main`drop database ${main(name)} with (force)`
  }
}
