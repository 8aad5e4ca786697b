import type postgres from 'postgres'
import { quoteName } from './quote.js'

/** A row of `schema_migrations`. */
export interface AppliedMigration {
  /** The migration's time in milliseconds, which is its key. */
  created_at: number
  /**
   * The newest migration of the oldest code that still works after this migration; null allows only code that knows it.
   */
  oldest_code: number | null
}

/** A migration of the code, as far as `schemaVersion` needs it. */
export interface KnownMigration {
  folderMillis: number
}

export interface SchemaVersion {
  /** The newest migration that was applied; 0 if none was. */
  version: number
  /** How many of the code's migrations were not applied. */
  missing: number
  /**
   * `current`: the code can work with the database, which may be newer if it allows this code; `behind`: the database
   * must be migrated first; `newer`: it does not allow this code.
   */
  fit: 'current' | 'behind' | 'newer'
}

/** Compares the migrations applied to a database with those that the code knows. */
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
 * Reads the migrations of a database in one round trip, without preparing a statement.
 * @param schema the schema of its tables, unless the `search_path` leads there
 */
export async function readAppliedMigrations(
  sql: postgres.Sql | postgres.TransactionSql,
  schema?: string
): Promise<AppliedMigration[]> {
  const table = schema === undefined ? 'schema_migrations' : `${quoteName(schema)}.schema_migrations`
  // Read as JSON, since the table lacks "oldest_code" if nothing was migrated since that column was introduced.
  const rows = await sql.unsafe<{ created_at: number | string; oldest_code: string | null }[]>(
    `select created_at, to_jsonb(applied) ->> 'oldest_code' as oldest_code from ${table} applied`
  )
  return rows.map(({ created_at, oldest_code }) => ({
    created_at: Number(created_at),
    oldest_code: oldest_code === null ? null : Number(oldest_code)
  }))
}
