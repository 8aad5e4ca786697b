import type postgres from 'postgres'
import { quoteName } from './quote.js'

/** A row of `schema_migrations`. */
export interface AppliedMigration {
  /** The migration's time in milliseconds, which is its key. */
  created_at: number
  /** The newest migration of the oldest code that works after this one; null allows only code that knows this one. */
  oldest_code: number | null
}

/** What a database needs to know of a migration to compare itself with the code. */
export interface KnownMigration {
  folderMillis: number
}

export interface SchemaVersion {
  /** The newest migration that was applied; 0 when there was none. */
  version: number
  /** How many of the code's migrations were not applied. */
  missing: number
  /**
   * `current`: the code may work with it, also when it is ahead of the code and allows that; `behind`: migrate it
   * first; `newer`: it was migrated beyond what this code may work with.
   */
  fit: 'current' | 'behind' | 'newer'
}

/** Compares what was applied to a database with what the code knows. */
export function schemaVersion(applied: AppliedMigration[], known: KnownMigration[]): SchemaVersion {
  const keys = new Set(known.map((migration) => migration.folderMillis))
  const newest = Math.max(0, ...keys)
  const done = new Set(applied.map((row) => row.created_at))
  const missing = known.filter((migration) => !done.has(migration.folderMillis)).length
  const allowed = applied.every(
    (row) => keys.has(row.created_at) || (row.oldest_code !== null && row.oldest_code <= newest)
  )
  return {
    version: Math.max(0, ...done),
    missing,
    fit: !allowed ? 'newer' : missing > 0 ? 'behind' : 'current'
  }
}

/**
 * Reads the migrations of a database in one round trip, without preparing anything.
 * @param schema where its tables are, unless the `search_path` says so
 */
export async function readAppliedMigrations(
  sql: postgres.Sql | postgres.TransactionSql,
  schema?: string
): Promise<AppliedMigration[]> {
  const table = schema === undefined ? 'schema_migrations' : `${quoteName(schema)}.schema_migrations`
  // As JSON, since the table has no "oldest_code" where nothing was migrated after that was introduced.
  const rows = await sql.unsafe<{ created_at: number | string; oldest_code: string | null }[]>(
    `select created_at, to_jsonb(applied) ->> 'oldest_code' as oldest_code from ${table} applied`
  )
  return rows.map(({ created_at, oldest_code }) => ({
    created_at: Number(created_at),
    oldest_code: oldest_code === null ? null : Number(oldest_code)
  }))
}
