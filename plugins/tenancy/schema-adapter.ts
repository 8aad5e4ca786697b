import { LRUCache } from 'lru-cache'
import type postgres from 'postgres'
import { createClient } from '../../db/client.js'
import { holdTenant } from '../../db/main/hold-tenant.js'
import { buildIndexes, inspectUnfinished, type IndexedPlace } from '../../db/indexes/build-indexes.js'
import { applyMigrations, lockMigrations } from '../../db/migrate.js'
import { untilTablesAreFree } from '../../db/migration-retries.js'
import { readAppliedMigrations, schemaVersion } from '../../db/schema-version.js'
import { createSchema, dropSchema, schemaExists } from '../../db/server/schemas.js'
import { createTenantStoreIn, type TenantStore } from '../../db/tenant/store.js'
import { FairLine } from '../../core/concurrency/fair-line.js'
import type { Config } from '../../core/config/config.js'
import { AppError } from '../../core/errors.js'
import type { PlaceAdapter, ServerContext } from './place-adapter.js'
import type { TenantRef, WithPlace } from './router.js'
import { openFitting, openInTime, useFitting } from './first-use.js'
import { recorded } from './recorded-migration.js'

/** Seconds after which unused connections are closed. */
const IDLE_TIMEOUT = 60
/** What a shared pool does not count. */
const NEVER = { connects: 0, failedConnects: 0, retirements: 0, down: 0 }
/** Maximum number of tenants that stay open. */
const STORES = 500

/**
 * Every tenant has its own schema in the installation's database on the server, named by `database_name`. All tenants share one pool:
 * statements name the schema of every table, and no tenant leaves anything on a connection, so a pooler in transaction
 * mode may stand in between. Statements are not prepared, since every connection would accumulate those of every
 * tenant.
 */
export function createSchemaAdapter(
  config: Pick<Config, 'database' | 'tenancy'>,
  { migrations, record, records }: ServerContext
): PlaceAdapter {
  const { maxConnections, poolWaitMs } = config.tenancy
  const client = createClient(config.database, {
    max: maxConnections,
    applicationName: 'strongroom-tenant',
    idleTimeout: IDLE_TIMEOUT,
    prepare: false
  })
  // Tenants take turns, so that a busy one cannot keep others out.
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

  const appliedTo = (schema: string) => readAppliedMigrations(client.sql, schema)
  const indexesOf = ({ database_name: schema }: TenantRef): IndexedPlace => ({
    url: config.database.directUrl,
    target: 'tenant',
    schema
  })
  const migrate = recorded(
    (tenant) =>
      untilTablesAreFree(`schema "${tenant.database_name}"`, () =>
        transact(tenant, (transaction, schema) => applyMigrations(transaction, 'tenant', schema, migrations))
      ),
    record
  )

  /** Opened once for all concurrent callers; a failure is not remembered. */
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

  const withPlace: WithPlace = async (schema, work) => {
    // Before taking a place, since the migration needs one.
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
      await holdTenant(records, tenant.id, () =>
        transact(tenant, async (transaction, schema) => {
          await lockMigrations(transaction, schema)
          // An existing schema with that random name is from an earlier attempt.
          await createSchema(transaction, schema)
          await applyMigrations(transaction, 'tenant', schema, migrations)
        })
      )
    },
    // Creating a schema is as fast as handing one over would be.
    adopt: () => Promise.resolve(false),
    refill: () => undefined,
    exists: ({ database_name: schema }) => schemaExists(client.sql, schema),
    async drop(tenant) {
      stores.delete(tenant.database_name)
      return transact(tenant, async (transaction, schema) => {
        await lockMigrations(transaction, schema)
        const places = (await schemaExists(transaction, schema)) ? 1 : 0
        await dropSchema(transaction, schema)
        return { places, roles: 0 }
      })
    },
    migrate,
    inspect: async ({ database_name: schema }) => schemaVersion(await appliedTo(schema), migrations),
    addressOf: (tenant) => {
      const { url, schema } = indexesOf(tenant)
      return { url, schema }
    },
    inspectUnfinished: (tenant) => inspectUnfinished(indexesOf(tenant)),
    buildIndexes: (tenant, options) => buildIndexes(indexesOf(tenant), options),
    withPlace,
    // All share one login.
    asOwner: ({ database_name: schema }, work) => withPlace(schema, work),
    evict: ({ database_name: schema }) => void stores.delete(schema),
    isReachable: () => true,
    counts() {
      const { holding, waiting, waits } = line.counts()
      const { idle, busy, connecting } = client.pool()
      const connections = idle + busy + connecting
      const max = maxConnections
      return { open: stores.size, leases: holding, waiting, waits, connections, max, ...NEVER, ...done }
    },
    async close() {
      await line.close()
      await client.close()
    }
  }
}
