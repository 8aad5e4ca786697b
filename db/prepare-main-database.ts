import type postgres from 'postgres'
import { SESSION_LIMITS } from './client.js'
import { databaseName, maintenanceUrl } from './database-url.js'
import { codeOf, SQLSTATE } from './error-codes.js'
import { settleStrategy, type TenancyStrategy } from './main/installation-repository.js'
import { applyMigrations, inTransaction, lockMigrations, openForMigration } from './migrate.js'
import { untilTablesAreFree } from './migration-retries.js'

/** The part of `Config` that preparing a main database needs. */
export interface MainDatabaseSettings {
  database: { url: string; directUrl: string; pooled: boolean }
  tenancy: { strategy: TenancyStrategy }
}

/**
 * Creates the main database if it is missing, applies its migrations, and records how tenants are kept apart.
 * @param onProgress called with a line of text for each step that changed something
 * @throws {NewerDatabaseError}
 * @throws {TenancyStrategyError} if the installation has the other strategy
 */
export async function prepareMainDatabase(
  { database, tenancy }: MainDatabaseSettings,
  onProgress: (line: string) => void
): Promise<void> {
  if (await createMissingDatabase(database.directUrl)) onProgress('Created the main database')
  await inTransaction(database.directUrl, async (transaction) => {
    await awaitTurn(transaction)
    await closeToPublic(transaction)
    if (database.pooled) await limitLogin(transaction)
  })
  const { applied } = await untilTablesAreFree('the main database', () =>
    inTransaction(database.url, async (transaction) => {
      const migrated = await applyMigrations(transaction, 'main')
      await settleStrategy(transaction, tenancy.strategy)
      return migrated
    })
  )
  if (applied > 0) onProgress(`Applied ${applied} migration${applied === 1 ? '' : 's'} to the main database`)
}

/** Creates the installation's database on another tenant server if it is missing, and prepares it. Idempotent. */
export async function prepareServerDatabase({ database, tenancy }: MainDatabaseSettings): Promise<void> {
  await createMissingDatabase(database.directUrl)
  await inTransaction(database.directUrl, async (transaction) => {
    await awaitTurn(transaction)
    await closeToPublic(transaction)
    if (database.pooled) await limitLogin(transaction)
    // Created once for all tenants, because two tenants' migrations could not create it at the same time.
    if (tenancy.strategy === 'schema')
      await transaction`create extension if not exists pg_trgm with schema public`
  })
}

/** Waits for the migrations of other processes, which may take longer than a statement of this login usually may. */
async function awaitTurn(transaction: postgres.TransactionSql): Promise<void> {
  await transaction`select set_config('statement_timeout', '0', true)`
  await lockMigrations(transaction)
}

/**
 * Makes our session settings the defaults of our login in this database, since a pooler does not accept them at
 * connection time. They apply to connections opened from now on.
 */
async function limitLogin(transaction: postgres.TransactionSql): Promise<void> {
  const [row] = await transaction<{ name: string }[]>`select current_database() as name`
  for (const [setting, limit] of Object.entries(SESSION_LIMITS))
    await transaction`alter role current_user in database ${transaction(String(row?.name))}
      set ${transaction(setting)} = ${transaction.unsafe(String(limit))}`
}

/** Keeps tenants' login roles, and all other logins of the server, out of the main database. */
async function closeToPublic(transaction: postgres.TransactionSql): Promise<void> {
  const [open] = await transaction<{ name: string }[]>`
    select current_database() as name where has_database_privilege('public', current_database(), 'connect')`
  if (open !== undefined) await transaction`revoke all on database ${transaction(open.name)} from public`
}

/** Creates a database if it is missing, even while another process creates it. Returns true if this call created it. */
async function createMissingDatabase(databaseUrl: string): Promise<boolean> {
  const database = openForMigration(databaseUrl)
  try {
    await database`select 1`
    return false
  } catch (error) {
    if (codeOf(error) !== SQLSTATE.undefinedDatabase) throw error
  } finally {
    await database.end()
  }
  const maintenance = openForMigration(maintenanceUrl(databaseUrl))
  try {
    await maintenance`create database ${maintenance(databaseName(databaseUrl))} template template0 encoding 'UTF8'`
    return true
  } catch (error) {
    // When two processes create it at the same time, the loser gets one of these two errors, depending on the timing.
    const code = codeOf(error)
    if (code !== SQLSTATE.duplicateDatabase && code !== SQLSTATE.uniqueViolation) throw error
    return false
  } finally {
    await maintenance.end()
  }
}
