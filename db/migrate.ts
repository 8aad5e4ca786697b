import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import postgres from 'postgres'
import { databaseName, maintenanceUrl } from './database-url.js'
import { codeOf, SQLSTATE } from './error-codes.js'
import { withSession } from './session.js'

/** The databases that have migrations of their own. */
export type MigrationTarget = 'main' | 'tenant'

interface Migration {
  sql: string[]
  hash: string
  /** Milliseconds; the key that drizzle-kit orders by and that is recorded as applied. */
  folderMillis: number
}

const loaded = new Map<MigrationTarget, Migration[]>()

/** The migrations of a target, oldest first, as drizzle-kit wrote them to db/<target>/migrations. */
export function migrationsOf(target: MigrationTarget): Migration[] {
  let migrations = loaded.get(target)
  if (migrations === undefined) {
    migrations = readMigrationFiles({
      migrationsFolder: fileURLToPath(new URL(`./${target}/migrations`, import.meta.url))
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

/** Thrown when a database holds migrations that this code does not know: it was migrated by a newer version. */
export class NewerDatabaseError extends Error {
  override readonly name = 'NewerDatabaseError'
  constructor(database: string) {
    super(
      `The database "${database}" was migrated by a newer version of Strongroom; run that version instead`
    )
  }
}

/**
 * Brings a database to the newest migration; returns how many were applied. Safe to run from many processes
 * at once: they queue up behind an advisory lock of that database. Every migration commits with its record
 * or not at all, so it can be killed and run again.
 * (PostgreSQL: https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS)
 * @throws {NewerDatabaseError}
 */
export async function migrate(url: string, target: MigrationTarget): Promise<number> {
  const sql = postgres(url, {
    max: 1,
    onnotice: () => undefined,
    connection: { application_name: 'strongroom-migrate' }
  })
  try {
    await sql`select pg_advisory_lock(hashtext('strongroom migrations'))`
    await sql`create table if not exists schema_migrations (
      created_at bigint primary key, hash text not null, applied_at timestamptz not null default now())`
    const applied = new Set(
      (await sql<{ created_at: string }[]>`select created_at from schema_migrations`).map((row) =>
        Number(row.created_at)
      )
    )
    const migrations = migrationsOf(target)
    const known = new Set(migrations.map((migration) => migration.folderMillis))
    if ([...applied].some((key) => !known.has(key))) throw new NewerDatabaseError(databaseName(url))
    const missing = migrations.filter((migration) => !applied.has(migration.folderMillis))
    for (const migration of missing) await apply(sql, migration)
    return missing.length
  } finally {
    // Ends the session, and with it the lock.
    await sql.end()
  }
}

async function apply(sql: postgres.Sql, migration: Migration): Promise<void> {
  await sql.begin(async (transaction) => {
    for (const text of migration.sql) await transaction.unsafe(text)
    await transaction`insert into schema_migrations (created_at, hash) values (${migration.folderMillis}, ${migration.hash})`
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
  const applied = await migrate(databaseUrl, 'main')
  await closeToPublic(databaseUrl)
  if (applied > 0) onProgress(`Applied ${applied} migration${applied === 1 ? '' : 's'} to the main database`)
}

/** Tenants' login roles, and whoever else has an account on the server, have no business in the main database. */
async function closeToPublic(databaseUrl: string): Promise<void> {
  const name = databaseName(databaseUrl)
  await withSession(databaseUrl, async (sql) => {
    await sql`select pg_advisory_lock(hashtext('strongroom migrations'))`
    const [open] = await sql`select where has_database_privilege('public', ${name}, 'connect')`
    if (open !== undefined) await sql`revoke all on database ${sql(name)} from public`
  })
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
