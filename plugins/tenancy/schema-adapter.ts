import { LRUCache } from 'lru-cache'
import type postgres from 'postgres'
import { createClient } from '../../db/client.js'
import { applyMigrations, lockMigrations } from '../../db/migrate.js'
import { createTenantTables } from '../../db/tenant/schema.js'
import { createTenantStore, type TenantStore } from '../../db/tenant/store.js'
import type { Config } from '../../src/config.js'
import type { TenancyAdapter, TenantRef } from './adapter.js'
import { LeaseLine } from './lease-line.js'

/** Seconds after which unused connections are closed. */
const IDLE_TIMEOUT = 60
/** The most tenants whose statements are kept as text. */
const STORES = 500

/**
 * Every tenant has a schema of its own in the main database, of the name that is in `database_name`. All tenants
 * share one pool: statements name the schema of every table, and nothing of a tenant stays on a connection, so a
 * pooler in transaction mode may stand in between. Statements are not prepared, since every connection would
 * come to remember those of every tenant.
 */
export function createSchemaAdapter(config: Pick<Config, 'database' | 'tenancy'>): TenancyAdapter {
  const { maxConnections, poolWaitMs } = config.tenancy
  const client = createClient(config.database, {
    max: maxConnections,
    applicationName: 'strongroom-tenant',
    idleTimeout: IDLE_TIMEOUT,
    prepare: false
  })
  const line = new LeaseLine({ places: maxConnections, waitMs: poolWaitMs })
  const stores = new LRUCache<string, TenantStore>({ max: STORES })

  function storeOf(schema: string): TenantStore {
    let store = stores.get(schema)
    if (store === undefined) {
      store = createTenantStore(client, createTenantTables(schema))
      stores.set(schema, store)
    }
    return store
  }

  function transact<T>(
    { database_name: schema }: TenantRef,
    work: (transaction: postgres.TransactionSql, schema: string) => Promise<T>
  ): Promise<T> {
    return line.use(
      schema,
      async () => (await client.sql.begin((transaction) => work(transaction, schema))) as T
    )
  }

  return {
    async provision(tenant) {
      await transact(tenant, async (transaction, schema) => {
        await lockMigrations(transaction, schema)
        // The name holds the tenant's id, so a schema that is there is of an earlier attempt. Nobody else may use it:
        // a new schema grants nothing to PUBLIC.
        await transaction`create schema if not exists ${transaction(schema)}`
        await applyMigrations(transaction, 'tenant', schema)
      })
    },
    migrate: (tenant) =>
      transact(tenant, (transaction, schema) => applyMigrations(transaction, 'tenant', schema)),
    withTenant: ({ database_name: schema }, work) => line.use(schema, () => work(storeOf(schema))),
    evict: ({ database_name: schema }) => void stores.delete(schema),
    async close() {
      await line.close()
      await client.close()
    }
  }
}
