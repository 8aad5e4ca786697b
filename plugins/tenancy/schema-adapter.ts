import { LRUCache } from 'lru-cache'
import type postgres from 'postgres'
import { createClient } from '../../db/client.js'
import { holdTenant } from '../../db/main/hold-tenant.js'
import { applyMigrations, lockMigrations } from '../../db/migrate.js'
import { quoteName } from '../../db/quote.js'
import { readAppliedMigrations, schemaVersion } from '../../db/schema-version.js'
import { createTenantStoreIn, type TenantStore } from '../../db/tenant/store.js'
import { FairLine } from '../../core/concurrency/fair-line.js'
import type { Config } from '../../core/config/config.js'
import { AppError } from '../../core/errors.js'
import type { TenancyAdapter, TenantMigrations, TenantRef } from './adapter.js'
import { openFitting, openInTime, useFitting } from './first-use.js'
import { recorded } from './recorded-migration.js'

/** Seconds after which unused connections are closed. */
const IDLE_TIMEOUT = 60
/** The most tenants that stay open. */
const STORES = 500

/**
 * Every tenant has a schema of its own in the main database, of the name that is in `database_name`. All tenants
 * share one pool: statements name the schema of every table, and nothing of a tenant stays on a connection, so a
 * pooler in transaction mode may stand in between. Statements are not prepared, since every connection would
 * come to remember those of every tenant.
 */
export function createSchemaAdapter(
  config: Pick<Config, 'database' | 'tenancy'>,
  { migrations, record }: TenantMigrations
): TenancyAdapter {
  const { maxConnections, poolWaitMs } = config.tenancy
  const client = createClient(config.database, {
    max: maxConnections,
    applicationName: 'strongroom-tenant',
    idleTimeout: IDLE_TIMEOUT,
    prepare: false
  })
  // Tenants have their turns one after the other, so that a busy one cannot keep others out.
  const line = new FairLine({
    places: maxConnections,
    waiting: Infinity,
    waitMs: poolWaitMs,
    busy: () => new AppError('TENANT_BUSY')
  })
  const inTurn = <T>(schema: string, work: () => Promise<T>) => line.run({ keys: [schema] }, work)
  const done = { opens: 0, failedOpens: 0, evictions: 0 }
  const stores = new LRUCache<string, Promise<TenantStore>>({
    max: STORES,
    dispose: () => (done.evictions += 1)
  })

  const appliedTo = (schema: string) =>
    readAppliedMigrations(client.sql, `${quoteName(schema)}.schema_migrations`)
  const migrate = recorded(
    (tenant) =>
      transact(tenant, (transaction, schema) => applyMigrations(transaction, 'tenant', schema, migrations)),
    record
  )

  /** Opened once for all who ask meanwhile; a failure is not remembered. */
  function storeOf(schema: string): Promise<TenantStore> {
    const known = stores.get(schema)
    if (known !== undefined) return known
    const place = {
      open: () => createTenantStoreIn(schema, client),
      close: () => Promise.resolve(),
      applied: () => appliedTo(schema),
      migrate: () => migrate({ database_name: schema })
    }
    const opening = openFitting(place, migrations)
    done.opens += 1
    opening.catch(() => {
      done.failedOpens += 1
      if (stores.peek(schema) === opening) stores.delete(schema)
    })
    stores.set(schema, opening)
    return opening
  }

  function transact<T>(
    { database_name: schema }: Pick<TenantRef, 'database_name'>,
    work: (transaction: postgres.TransactionSql, schema: string) => Promise<T>
  ): Promise<T> {
    return inTurn(
      schema,
      async () => (await client.sql.begin((transaction) => work(transaction, schema))) as T
    )
  }

  async function isThere(sql: postgres.Sql | postgres.TransactionSql, schema: string): Promise<boolean> {
    return (await sql`select from pg_namespace where nspname = ${schema}`).length > 0
  }

  const withTenant: TenancyAdapter['withTenant'] = async ({ database_name: schema }, work) => {
    // Before there is a lease, since the migration needs one.
    const store = await openInTime(storeOf(schema), Date.now() + poolWaitMs)
    return inTurn(schema, () =>
      useFitting(
        () => work(store),
        migrations,
        () => stores.delete(schema),
        () => appliedTo(schema)
      )
    )
  }

  return {
    async provision(tenant) {
      await transact(tenant, async (transaction, schema) => {
        await lockMigrations(transaction, schema)
        await holdTenant(transaction, tenant.id)
        // The name holds the tenant's id, so a schema that is there is of an earlier attempt. Nobody else may use it:
        // a new schema grants nothing to PUBLIC.
        await transaction`create schema if not exists ${transaction(schema)}`
        await applyMigrations(transaction, 'tenant', schema, migrations)
      })
    },
    // One schema is made as fast as another would be handed over.
    adopt: () => Promise.resolve(false),
    refill: () => undefined,
    exists: ({ database_name: schema }) => isThere(client.sql, schema),
    async drop(tenant) {
      stores.delete(tenant.database_name)
      return transact(tenant, async (transaction, schema) => {
        await lockMigrations(transaction, schema)
        const places = (await isThere(transaction, schema)) ? 1 : 0
        await transaction`drop schema if exists ${transaction(schema)} cascade`
        return { places, roles: 0 }
      })
    },
    migrate,
    inspect: async ({ database_name: schema }) => schemaVersion(await appliedTo(schema), migrations),
    withTenant,
    // There is one login for all.
    asOwner: withTenant,
    evict: ({ database_name: schema }) => void stores.delete(schema),
    counts() {
      const { holding, waiting, waits } = line.counts()
      return { open: stores.size, leases: holding, waiting, waits, ...done }
    },
    async close() {
      await line.close()
      await client.close()
    }
  }
}
