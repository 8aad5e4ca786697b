import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import postgres from 'postgres'
import { databaseName, maintenanceUrl } from './database-url.js'
import { codeOf, SQLSTATE } from './error-codes.js'
import { readAppliedMigrations, schemaVersion, type AppliedMigration } from './schema-version.js'
import { OLDEST_CODE as TENANT_OLDEST_CODE } from './tenant/migrations/compatibility.js'

/** The databases that have migrations of their own. */
export type MigrationTarget = 'main' | 'tenant'

export interface Migration {
  sql: string[]
  hash: string
  /** Milliseconds; the key that drizzle-kit orders by and that is recorded as applied. */
  folderMillis: number
  /** The `folderMillis` of the newest migration of the oldest code that works once this one is applied. */
  oldestCode: number
}

/** What `migrate` did, and what it left. */
export interface Migrated {
  applied: number
  /** The newest migration of the database, which may be ahead of the code. */
  version: number
}

/** As drizzle-kit writes it. */
interface Journal {
  entries: { tag: string; when: number }[]
}

/** An older version of Strongroom never starts on a newer main database; between tenants' it may go on for a while. */
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
    // Read in the order of the journal.
    migrations = readMigrationFiles({ migrationsFolder }).map((migration, index) => {
      const oldest = OLDEST_CODE[target][journal.entries[index]?.tag ?? '']
      return { ...migration, oldestCode: timeOf.get(oldest ?? '') ?? migration.folderMillis }
    })
    loaded.set(target, migrations)
  }
  return migrations
}

/** Names the newest migration of a target, for things that must be made anew after the next one. */
export function versionOf(target: MigrationTarget): string {
  const hashes = migrationsOf(target).map((migration) => migration.hash)
  return createHash('sha256').update(hashes.join()).digest('hex').slice(0, 12)
}

/** Thrown when a database was migrated by a newer version, beyond what this code may work with. */
export class NewerDatabaseError extends Error {
  override readonly name = 'NewerDatabaseError'
  constructor(database: string) {
    super(
      `The database "${database}" was migrated by a newer version of Strongroom; run that version instead`
    )
  }
}

/**
 * Brings a database to the newest migration. Safe to run from many processes at once: they queue up behind an
 * advisory lock of that database. Every migration commits with its record or not at all, so it can be killed and
 * run again. A database that is ahead of the code and allows it to work stays as it is.
 * (PostgreSQL: https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS)
 * @throws {NewerDatabaseError}
 */
export async function migrate(
  url: string,
  target: MigrationTarget,
  migrations: Migration[] = migrationsOf(target)
): Promise<Migrated> {
  const sql = postgres(url, {
    max: 1,
    onnotice: () => undefined,
    connection: { application_name: 'strongroom-migrate' }
  })
  try {
    await sql`select pg_advisory_lock(hashtext('strongroom migrations'))`
    await sql`create table if not exists schema_migrations (
      created_at bigint primary key, hash text not null, applied_at timestamptz not null default now())`
    const applied = await readAppliedMigrations(sql, 'schema_migrations')
    const { fit, version } = schemaVersion(applied, migrations)
    if (fit === 'newer') throw new NewerDatabaseError(databaseName(url))
    if (fit === 'current') return { applied: 0, version }
    const done = new Set(applied.map((row) => row.created_at))
    const missing = migrations.filter((migration) => !done.has(migration.folderMillis))
    await addOldestCode(sql, applied, migrations)
    for (const migration of missing) await apply(sql, migration)
    return { applied: missing.length, version: Math.max(version, ...missing.map((one) => one.folderMillis)) }
  } finally {
    // Ends the session, and with it the lock.
    await sql.end()
  }
}

/** A database from before there was this column gets it, with what the code says of the migrations it has. */
async function addOldestCode(
  sql: postgres.Sql,
  applied: AppliedMigration[],
  migrations: Migration[]
): Promise<void> {
  await sql`alter table schema_migrations add column if not exists oldest_code bigint`
  for (const { created_at } of applied.filter((row) => row.oldest_code === null)) {
    const known = migrations.find((migration) => migration.folderMillis === created_at)
    await sql`update schema_migrations set oldest_code = ${known?.oldestCode ?? null} where created_at = ${created_at}`
  }
}

async function apply(sql: postgres.Sql, migration: Migration): Promise<void> {
  const { folderMillis, hash, oldestCode } = migration
  await sql.begin(async (transaction) => {
    for (const text of migration.sql) await transaction.unsafe(text)
    await transaction`insert into schema_migrations (created_at, hash, oldest_code)
      values (${folderMillis}, ${hash}, ${oldestCode})`
  })
}

/**
 * Creates the main database when it is missing and brings it to the newest migration.
 * @param onProgress receives one line of text for each step that changed something
 */
export async function prepareMainDatabase(
  databaseUrl: string,
  onProgress: (line: string) => void
): Promise<void> {
  if (await createMissingDatabase(databaseUrl)) onProgress('Created the main database')
  const { applied } = await migrate(databaseUrl, 'main')
  if (applied > 0) onProgress(`Applied ${applied} migration${applied === 1 ? '' : 's'} to the main database`)
}

/** True when the database was missing and was created. Somebody else creating it meanwhile is fine. */
async function createMissingDatabase(databaseUrl: string): Promise<boolean> {
  const database = postgres(databaseUrl, { max: 1 })
  try {
    await database`select 1`
    return false
  } catch (error) {
    if (codeOf(error) !== SQLSTATE.undefinedDatabase) throw error
  } finally {
    await database.end()
  }
  const maintenance = postgres(maintenanceUrl(databaseUrl), { max: 1 })
  try {
    await maintenance`create database ${maintenance(databaseName(databaseUrl))} template template0 encoding 'UTF8'`
    return true
  } catch (error) {
    // Two creations at the same time: the loser sees one or the other, depending on how close it was.
    const code = codeOf(error)
    if (code !== SQLSTATE.duplicateDatabase && code !== SQLSTATE.uniqueViolation) throw error
    return false
  } finally {
    await maintenance.end()
  }
}
