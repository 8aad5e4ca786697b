import { and, asc, count, eq, gt, isNotNull, isNull, lt, or, sql } from 'drizzle-orm'
import type { DatabaseClient } from '../client.js'
import { excluded, insertSelect, bare, now, prepared, query, type Named } from '../statement.js'
import { tenantMigrations, tenants } from './schema.js'

const { tenant_id, version, error, attempted_at, indexes } = tenantMigrations
const { id, name, database_name, server, status } = tenants

/** A tenant and the recorded state of its migration. */
export interface TenantMigration {
  id: string
  name: string
  database_name: string
  server: string
  /** Its newest migration, in milliseconds; null if the tenant has not been inspected since it was created. */
  version: number | null
  /** Why the last attempt failed. */
  error: string | null
  attempted_at: string | null
  /** The `indexesVersion` whose indexes were all found built. */
  indexes: string | null
}

/** The state that tenants should have. */
export interface Newest {
  /** The newest migration that the code knows, in milliseconds. */
  version: number
  /** See `indexesVersion`. */
  indexes: string
}

/** The result of inspecting or migrating a tenant. */
export type MigrationOutcome = { version: number } | { error: string }

type After = { afterId: string; limit: number }
type Record = { databaseName: string; version: number | null; error: string | null }

const MAX_ERROR = 1000

export type TenantMigrationRepository = ReturnType<typeof createTenantMigrationRepository>

export function createTenantMigrationRepository({ sql: client }: DatabaseClient) {
  const isReady = eq(status, 'active')
  const isPending = (named: Named<Newest>) =>
    and(
      isReady,
      or(
        isNull(version),
        lt(version, named.version),
        isNotNull(error),
        sql`${indexes} is distinct from ${named.indexes}`
      )
    )
  const select = () =>
    query
      .select({ id, name, database_name, server, version, error, attempted_at, indexes })
      .from(tenants)
      .leftJoin(tenantMigrations, eq(tenant_id, id))
  const record = prepared(
    client,
    (named: Named<Record>) =>
      sql<never>`${insertSelect(
        tenantMigrations,
        {
          tenant_id: id,
          version: sql`${named.version}::bigint`,
          error: sql`${named.error}::text`
        },
        tenants
      )} where ${eq(database_name, named.databaseName)}
      on conflict (${bare(tenant_id)}) do update set
        ${bare(version)} = coalesce(${excluded(version)}, ${version}),
        ${bare(error)} = ${excluded(error)}, ${bare(attempted_at)} = ${now},
        -- The migration may have left indexes to build.
        ${bare(indexes)} = case when ${version} = ${excluded(version)} then ${indexes} end`
  )
  const recordIndexes = prepared(
    client,
    (named: Named<{ databaseName: string; indexes: string }>) =>
      sql<never>`${insertSelect(
        tenantMigrations,
        { tenant_id: id, indexes: sql`${named.indexes}::text` },
        tenants
      )} where ${eq(database_name, named.databaseName)}
      on conflict (${bare(tenant_id)}) do update set ${bare(indexes)} = ${excluded(indexes)}`
  )
  const countPending = prepared(client, (named: Named<Newest>) =>
    query
      .select({ count: count().as('count') })
      .from(tenants)
      .leftJoin(tenantMigrations, eq(tenant_id, id))
      .where(isPending(named))
  )
  const listPending = prepared(client, (named: Named<After & Newest>) =>
    select()
      .where(and(isPending(named), gt(id, named.afterId)))
      .orderBy(asc(id))
      .limit(named.limit)
  )
  const list = prepared(client, (named: Named<After>) =>
    select()
      .where(and(isReady, gt(id, named.afterId)))
      .orderBy(asc(id))
      .limit(named.limit)
  )
  const findById = prepared(client, (named: Named<{ id: string }>) =>
    select().where(and(isReady, eq(id, named.id)))
  )

  return {
    async record(databaseName: string, outcome: MigrationOutcome): Promise<void> {
      if ('version' in outcome) await record({ databaseName, version: outcome.version, error: null })
      else await record({ databaseName, version: null, error: outcome.error.slice(0, MAX_ERROR) })
    },
    /** Records that all indexes of this `indexesVersion` were found built. */
    async recordIndexes(databaseName: string, indexes: string): Promise<void> {
      await recordIndexes({ databaseName, indexes })
    },
    /** How many tenants failed last time, or are not known to have at least this version and these indexes. */
    async countPending(newest: Newest): Promise<number> {
      const [row] = await countPending(newest)
      return row?.count ?? 0
    },
    /** The tenants that `countPending` counts, in the order of their ids. */
    listPending: (newest: Newest, afterId: string, limit: number): Promise<TenantMigration[]> =>
      listPending({ ...newest, afterId, limit }),
    /** All tenants that are ready, in the order of their ids. */
    list: (afterId: string, limit: number): Promise<TenantMigration[]> => list({ afterId, limit }),
    async findById(id: string): Promise<TenantMigration | null> {
      const [row] = await findById({ id })
      return row ?? null
    }
  }
}
