import { statement, type DatabaseClient } from '../client.js'

/** A tenant, and how far it was migrated as far as is known. */
export interface TenantMigration {
  id: string
  name: string
  database_name: string
  /** Its newest migration, in milliseconds; null when nobody has looked since it was created. */
  version: number | null
  /** Why the last attempt failed. */
  error: string | null
  attempted_at: string | null
  /** The indexes that were all found built, by their `indexesVersion`. */
  indexes: string | null
}

/** What tenants should be at. */
export interface Newest {
  /** The newest migration that the code knows, in milliseconds. */
  version: number
  /** See `indexesVersion`. */
  indexes: string
}

/** What came of looking at a tenant or migrating it. */
export type MigrationOutcome = { version: number } | { error: string }

const MAX_ERROR = 1000

export type TenantMigrationRepository = ReturnType<typeof createTenantMigrationRepository>

export function createTenantMigrationRepository({ sql }: DatabaseClient) {
  const columns = 'tenants.id, name, database_name, version, error, attempted_at, indexes'
  const ready = `tenants left join tenant_migrations on tenant_id = tenants.id where status = 'active'`
  const pending = `${ready} and (version is null or version < $1 or error is not null or indexes is distinct from $2)`
  const record = statement(
    sql,
    `insert into tenant_migrations (tenant_id, version, error)
     select id, $2::bigint, $3::text from tenants where database_name = $1
     on conflict (tenant_id) do update set version = coalesce(excluded.version, tenant_migrations.version),
       error = excluded.error, attempted_at = now(),
       -- Whoever has migrated it may have left indexes to be built.
       indexes = case when tenant_migrations.version = excluded.version then tenant_migrations.indexes end`
  )
  const recordIndexes = statement(
    sql,
    `insert into tenant_migrations (tenant_id, indexes) select id, $2::text from tenants where database_name = $1
     on conflict (tenant_id) do update set indexes = excluded.indexes`
  )
  const countPending = statement<{ count: number }>(sql, `select count(*) from ${pending}`)
  const listPending = statement<TenantMigration>(
    sql,
    `select ${columns} from ${pending} and tenants.id > $3 order by tenants.id limit $4`
  )
  const list = statement<TenantMigration>(
    sql,
    `select ${columns} from ${ready} and tenants.id > $1 order by tenants.id limit $2`
  )
  const findById = statement<TenantMigration>(sql, `select ${columns} from ${ready} and tenants.id = $1`)

  return {
    async record(databaseName: string, outcome: MigrationOutcome): Promise<void> {
      if ('version' in outcome) await record(databaseName, outcome.version, null)
      else await record(databaseName, null, outcome.error.slice(0, MAX_ERROR))
    },
    /** Records that all indexes of this `indexesVersion` were found built. */
    async recordIndexes(databaseName: string, indexes: string): Promise<void> {
      await recordIndexes(databaseName, indexes)
    },
    /** How many tenants are not known to be at this version or beyond with these indexes, or failed at the last attempt. */
    async countPending({ version, indexes }: Newest): Promise<number> {
      const [row] = await countPending(version, indexes)
      return row?.count ?? 0
    },
    /** Those tenants, in the order of their ids. */
    listPending: ({ version, indexes }: Newest, afterId: string, limit: number) =>
      listPending(version, indexes, afterId, limit),
    /** Every tenant that is ready, in the order of their ids. */
    list: (afterId: string, limit: number) => list(afterId, limit),
    async findById(id: string): Promise<TenantMigration | null> {
      const [row] = await findById(id)
      return row ?? null
    }
  }
}
