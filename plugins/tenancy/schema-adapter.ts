import { LRUCache } from 'lru-cache'
import type postgres from 'postgres'
import type { Config } from '../../core/config/config.js'
import { buildIndexes, inspectUnfinished, type IndexedPlace } from '../../db/indexes/build-indexes.js'
import { applyMigrations, lockMigrations } from '../../db/migrate.js'
import { untilTablesAreFree } from '../../db/migration-retries.js'
import { readAppliedMigrations, schemaVersion } from '../../db/schema-version.js'
import { createSchema, dropSchema, schemaExists } from '../../db/server/schemas.js'
import { createTenantStoreIn, type TenantStore } from '../../db/tenant/store.js'
import type { PlaceAdapter, ServerContext } from './place-adapter.js'
import type { TenantRef, WithPlace } from './router.js'
import { AppError } from '../../core/errors.js'
import { within } from '../../core/concurrency/timeout.js'
import { openFitting, useFitting } from './first-use.js'
import { recorded } from './recorded-migration.js'
import { createSchemaPools } from './schema-pools.js'

/** How many schemas found current are remembered. */
const FITTING_KEPT = 10_000
/** Maximum number of tenants whose stores are kept. */
const STORES = 2_000

interface KeptStore {
  /** The connections that its statements go to. */
  sql: postgres.Sql
  store: TenantStore
}

/**
 * Every tenant has its own schema in the installation's database on the server, named by `database_name`. Tenants share
 * connections: statements name the schema of every table, and no tenant leaves any state on a connection, so there may
 * be a pooler in transaction mode in between.
 * @param onError receives background failures
 */
export function createSchemaAdapter(
  config: Pick<Config, 'database' | 'tenancy'>,
  onError: (error: unknown, what: string) => void,
  { migrations, record, hold }: ServerContext
): PlaceAdapter {
  const pools = createSchemaPools(config, onError)
  const { poolWaitMs } = config.tenancy
  const done = { opens: 0, failedOpens: 0, evictions: 0 }
  /**
   * Schemas that were found current. They are checked again only after a statement failed because it did not find the
   * tables that it expects.
   */
  const fitting = new LRUCache<string, true>({ max: FITTING_KEPT })
  const opening = new Map<string, Promise<void>>()
  const stores = new LRUCache<string, KeptStore>({ max: STORES })

  const appliedTo = (schema: string) => pools.use(schema, (sql) => readAppliedMigrations(sql, schema))
  const administer = <T>(schema: string, work: (transaction: postgres.TransactionSql) => Promise<T>) =>
    pools.begin('administration', schema, work)
  const exists = ({ database_name: schema }: TenantRef) =>
    pools.use(schema, (sql) => schemaExists(sql, schema))
  const indexesOf = ({ database_name: schema }: TenantRef): IndexedPlace => ({
    url: config.database.directUrl,
    target: 'tenant',
    schema
  })
  const migrate = recorded(
    ({ database_name: schema }) =>
      untilTablesAreFree(`schema "${schema}"`, () =>
        administer(schema, (transaction) => applyMigrations(transaction, 'tenant', schema, migrations))
      ),
    record
  )

  /** Checks the schema once for all concurrent callers; a failure is not remembered. */
  function open(schema: string): Promise<void> {
    let running = opening.get(schema)
    if (running !== undefined) return running
    done.opens += 1
    running = check(schema)
      .catch((error: unknown) => {
        done.failedOpens += 1
        throw error
      })
      .finally(() => opening.delete(schema))
    opening.set(schema, running)
    return running
  }

  async function check(schema: string): Promise<void> {
    await openFitting(
      {
        open: () => undefined,
        close: () => Promise.resolve(),
        applied: () => appliedTo(schema),
        migrate: () => migrate({ database_name: schema })
      },
      migrations
    )
    fitting.set(schema, true)
  }

  function storeOf(schema: string, sql: postgres.Sql): TenantStore {
    const kept = stores.get(schema)
    if (kept?.sql === sql) return kept.store
    const store = createTenantStoreIn(schema, sql, (work) => pools.begin('transactions', schema, work))
    stores.set(schema, { sql, store })
    return store
  }

  function forget(schema: string): void {
    if (fitting.delete(schema)) done.evictions += 1
    stores.delete(schema)
  }

  const withPlace: WithPlace = async (schema, work) => {
    // Checked before the work takes a turn in the bucket: the check and the migration need turns, too.
    if (fitting.get(schema) === undefined)
      await within(poolWaitMs, open(schema), () => new AppError('TENANT_NOT_READY'))
    return pools.use(schema, (sql) =>
      useFitting(
        () => work(storeOf(schema, sql)),
        migrations,
        () => forget(schema),
        () => readAppliedMigrations(sql, schema)
      )
    )
  }

  return {
    async provision({ id, database_name: schema }) {
      await hold(
        id,
        (work) => administer(schema, work),
        async (transaction) => {
          await lockMigrations(transaction, schema)
          // An existing schema with that random name is from an earlier attempt.
          await createSchema(transaction, schema)
          await applyMigrations(transaction, 'tenant', schema, migrations)
        }
      )
    },
    // Creating a schema is as fast as handing one over would be.
    adopt: () => Promise.resolve(false),
    refill: () => undefined,
    exists,
    estimateDrop: async (tenant) => ({ places: (await exists(tenant)) ? 1 : 0, roles: 0 }),
    async drop({ database_name: schema }) {
      forget(schema)
      return administer(schema, async (transaction) => {
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
    // All tenants share one login.
    asOwner: ({ database_name: schema }, work) => withPlace(schema, work),
    evict: ({ database_name: schema }) => forget(schema),
    isReachable: () => pools.isReachable(),
    counts: () => ({ ...pools.counts(), ...done, open: stores.size }),
    close: () => pools.close()
  }
}
