import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import type postgres from 'postgres'
import { IDLE_TRANSACTION_MS, whenConnected } from './client.js'
import { connect } from './connect.js'
import { databaseName } from './database-url.js'
import { endBuilds } from './indexes/build-indexes.js'
import { finishSmallTables } from './indexes/finish-small.js'
import { LOCK_TIMEOUT, untilTablesAreFree } from './migration-retries.js'
import type { MigrationTarget } from './migration-target.js'
import { quoteName } from './quote.js'
import { readAppliedMigrations, schemaVersion, type AppliedMigration } from './schema-version.js'
import { OLDEST_CODE as TENANT_OLDEST_CODE } from './tenant/migrations/compatibility.js'

export interface Migration {
  /** For example 0001_trigrams. */
  name: string
  sql: string[]
  hash: string
  /** Milliseconds; the key that drizzle-kit orders by and that is recorded as applied. */
  folderMillis: number
  /** The `folderMillis` of the newest migration of the oldest code that still works once this one is applied. */
  oldestCode: number
}

/** The result of `migrate`. */
export interface Migrated {
  applied: number
  /** The newest migration of the database, which may be ahead of the code. */
  version: number
}

/** `_journal.json`, which drizzle-kit writes. */
interface Journal {
  entries: { tag: string; when: number }[]
}

/**
 * Older versions of Strongroom never start on a newer main database, but may keep working with newer tenant databases
 * for a while.
 */
const OLDEST_CODE: Record<MigrationTarget, Readonly<Record<string, string>>> = {
  main: {},
  tenant: TENANT_OLDEST_CODE
}

const loaded = new Map<MigrationTarget, Migration[]>()

/** The migrations of a target, oldest first, as drizzle-kit wrote them to db/<target>/migrations. */
export function migrationsOf(target: MigrationTarget): Migration[] {
  let migrations = loaded.get(target)
  if (migrations === undefined) {
    const migrationsFolder = fileURLToPath(new URL(`./${target}/migrations`, import.meta.url))
    const journal = JSON.parse(readFileSync(`${migrationsFolder}/meta/_journal.json`, 'utf8')) as Journal
    const timeOf = new Map(journal.entries.map(({ tag, when }) => [tag, when]))
    // `readMigrationFiles` returns them in the order of the journal.
    migrations = readMigrationFiles({ migrationsFolder }).map((migration, index) => {
      const name = journal.entries[index]?.tag ?? ''
      const oldestCode = timeOf.get(OLDEST_CODE[target][name] ?? '') ?? migration.folderMillis
      return { ...migration, name, oldestCode }
    })
    loaded.set(target, migrations)
  }
  return migrations
}

/** A hash of a target's migrations, to name things that must be rebuilt after the next one. */
export function versionOf(target: MigrationTarget): string {
  const hashes = migrationsOf(target).map((migration) => migration.hash)
  return createHash('sha256').update(hashes.join()).digest('hex').slice(0, 12)
}

/** Thrown if a newer version has migrated a database so far that this code cannot work with it. */
export class NewerDatabaseError extends Error {
  override readonly name = 'NewerDatabaseError'
  constructor(place: string) {
    super(`The ${place} was migrated by a newer version of Strongroom; run that version instead`)
  }
}

/**
 * Applies all missing migrations to a database. Many processes may run it at once, and it can be killed and run again;
 * see `applyMigrations`.
 * @throws {NewerDatabaseError}
 * @throws {TablesInUseError}
 */
export async function migrate(
  url: string,
  target: MigrationTarget,
  migrations: Migration[] = migrationsOf(target)
): Promise<Migrated> {
  return untilTablesAreFree(`database "${databaseName(url)}"`, () =>
    inTransaction(url, (transaction) => applyMigrations(transaction, target, PUBLIC, migrations))
  )
}

/** Runs `work` in a transaction on a new connection, which may go through a pooler. */
export async function inTransaction<T>(
  url: string,
  work: (transaction: postgres.TransactionSql) => Promise<T>
): Promise<T> {
  const sql = openForMigration(url)
  try {
    return (await whenConnected(() => sql.begin(work))) as T
  } finally {
    await sql.end()
  }
}

/** Opens one connection for migrating, or for preparing to migrate. */
export function openForMigration(url: string): postgres.Sql {
  return connect(url, {
    max: 1,
    fetch_types: false,
    prepare: false,
    onnotice: () => undefined,
    connection: { application_name: 'strongroom-migrate' }
  })
}

/** How long a tenant's migration waits for another migration of the same tenant. */
const TURN_TIMEOUT = '60s'

/** The schema of databases that have only one set of tables. */
const PUBLIC = 'public'

/**
 * Applies all missing migrations to a schema. They commit together with their records, or not at all. The `search_path`
 * and the lock end with the transaction, so this works through a pooler in transaction mode. A newer schema that still
 * allows this code stays unchanged. Indexes of large tables are left to `buildIndexes`.
 * @throws {NewerDatabaseError}
 * @throws an error with SQLSTATE 55P03 if another session holds a lock; see `untilTablesAreFree`
 */
export async function applyMigrations(
  transaction: postgres.TransactionSql,
  target: MigrationTarget,
  schema = PUBLIC,
  migrations: Migration[] = migrationsOf(target)
): Promise<Migrated> {
  // Migrations, and waiting for those of others, may take longer than requests. But a tenant's own login can hold locks
  // indefinitely, and other tenants must not wait for it.
  await transaction`select set_config('statement_timeout', '0', true),
    set_config('idle_in_transaction_session_timeout', ${String(IDLE_TRANSACTION_MS)}, true),
    set_config('lock_timeout', ${target === 'tenant' ? TURN_TIMEOUT : '0'}, true)`
  await lockMigrations(transaction, schema)
  // Unqualified names in migrations refer to this schema.
  const [place] = await transaction<{ database: string }[]>`
    select current_database() as database,
      set_config('search_path', quote_ident(${schema}), true), set_config('lock_timeout', ${LOCK_TIMEOUT}, true)`
  await transaction`create table if not exists schema_migrations (
    created_at bigint primary key, hash text not null, applied_at timestamptz not null default now())`
  const applied = await readAppliedMigrations(transaction)
  const { fit, version } = schemaVersion(applied, migrations)
  if (fit === 'newer')
    throw new NewerDatabaseError(schema === PUBLIC ? `database "${place?.database}"` : `schema "${schema}"`)
  if (fit === 'current') return { applied: 0, version }
  await addOldestCode(transaction, applied, migrations)
  const done = new Set(applied.map((row) => row.created_at))
  const missing = migrations.filter((migration) => !done.has(migration.folderMillis))
  await endBuilds(transaction, schema)
  for (const migration of missing) await apply(transaction, migration, schema)
  // `finishSmallTables` builds the indexes of the newest migration, so an older set of migrations skips it.
  const known = new Set(migrations.map((one) => one.folderMillis))
  if (migrationsOf(target).every((one) => known.has(one.folderMillis)))
    await finishSmallTables(transaction, target, schema)
  return { applied: missing.length, version: Math.max(version, ...missing.map((one) => one.folderMillis)) }
}

/** Adds the column `oldest_code` to older tables, and fills it from this code's migrations. */
async function addOldestCode(
  transaction: postgres.TransactionSql,
  applied: AppliedMigration[],
  migrations: Migration[]
): Promise<void> {
  await transaction`alter table schema_migrations add column if not exists oldest_code bigint`
  for (const { created_at } of applied.filter((row) => row.oldest_code === null)) {
    const known = migrations.find((migration) => migration.folderMillis === created_at)
    await transaction`update schema_migrations set oldest_code = ${known?.oldestCode ?? null}
      where created_at = ${created_at}`
  }
}

/**
 * Lets one transaction at a time migrate a schema, or create it.
 * (PostgreSQL: https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS)
 */
export async function lockMigrations(transaction: postgres.TransactionSql, schema = PUBLIC): Promise<void> {
  const lock = `strongroom migrations ${schema}`
  await transaction.unsafe('select pg_advisory_xact_lock(hashtextextended($1, 0))', [lock], { schema })
}

async function apply(
  transaction: postgres.TransactionSql,
  migration: Migration,
  schema: string
): Promise<void> {
  const { folderMillis, hash, oldestCode } = migration
  // One round trip, since there are no parameters to bind.
  await transaction.unsafe(migration.sql.map((text) => inSchema(text, schema)).join('\n;\n'))
  await transaction`insert into schema_migrations (created_at, hash, oldest_code)
    values (${folderMillis}, ${hash}, ${oldestCode})`
}

/**
 * drizzle-kit writes `REFERENCES "public"."files"` for tables whose schema has no name. Names that belong to the whole
 * database have no quotes, as in `public.gin_trgm_ops`, and stay as they are.
 */
function inSchema(text: string, schema: string): string {
  return text.replaceAll('"public"."', () => `${quoteName(schema)}."`)
}
