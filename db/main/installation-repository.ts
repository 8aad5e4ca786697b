import { eq, isNull, notExists, sql } from 'drizzle-orm'
import type postgres from 'postgres'
import type { DatabaseClient } from '../client.js'
import { codeOf, SQLSTATE } from '../error-codes.js'
import { excluded, now, query, rendered, type Named } from '../statement.js'
import { installation, MAIN_SERVER, servers, tenants } from './schema.js'

const { id, tenancy_strategy, events_logged_since, uid } = installation

/** How tenants are kept apart: a database for each, or a schema of the main database for each. */
export type TenancyStrategy = (typeof installation.$inferSelect)['tenancy_strategy']

const find = rendered(() => query.select({ tenancy_strategy }).from(installation))
const settle = rendered(({ strategy }: Named<{ strategy: TenancyStrategy }>) =>
  query
    .insert(installation)
    .values({ tenancy_strategy: strategy, events_logged_since: now })
    .onConflictDoUpdate({
      target: id,
      set: { tenancy_strategy: excluded(tenancy_strategy) },
      setWhere: notExists(query.select({ id: tenants.id }).from(tenants))
    })
)

const settleMain = rendered(({ strategy }: Named<{ strategy: TenancyStrategy }>) =>
  query
    .update(servers)
    .set({ strategy: sql`${strategy}` })
    .where(eq(servers.name, MAIN_SERVER))
)

const readUid = rendered(() => query.select({ uid }).from(installation))
const readLogged = rendered(() => query.select({ events_logged_since }).from(installation))
const openLogs = rendered(() =>
  query
    .update(installation)
    .set({ events_logged_since: now })
    .where(isNull(events_logged_since))
    .returning({ id })
)

/**
 * Thrown if TENANCY_STRATEGY differs from the installation's, or the main database is not prepared: the process would
 * look for tenants in the wrong place.
 */
export class TenancyStrategyError extends Error {
  override readonly name = 'TenancyStrategyError'
}

/**
 * Records the strategy of an installation and prepares for it. The strategy can change only while there are no tenants.
 * @throws {TenancyStrategyError}
 */
export async function settleStrategy(
  transaction: postgres.TransactionSql,
  strategy: TenancyStrategy
): Promise<void> {
  await settle(transaction, { strategy })
  await checkStrategy(transaction, strategy)
  await settleMain(transaction, { strategy })
  // Created once for all tenants, because two tenants' migrations could not create it at the same time.
  if (strategy === 'schema') await transaction`create extension if not exists pg_trgm with schema public`
}

export type InstallationRepository = ReturnType<typeof createInstallationRepository>

export function createInstallationRepository({ sql: client }: DatabaseClient) {
  return {
    /**
     * Checks that `strategy` is that of this installation.
     * @throws {TenancyStrategyError}
     */
    checkStrategy: (strategy: TenancyStrategy) => checkStrategy(client, strategy),

    /** The unique id of this installation. */
    async readUid(): Promise<string> {
      const [row] = await readUid(client)
      if (row === undefined) throw new Error('The main database is not ready')
      return row.uid
    },
    /** Since when the event logs are complete; null while processes of an earlier version may be running. */
    async eventsLoggedSince(): Promise<string | null> {
      const [row] = await readLogged(client)
      return row?.events_logged_since ?? null
    },
    /** Declares the event logs complete from now on; false if they already were. */
    openEventLogs: async (): Promise<boolean> => (await openLogs(client)).length > 0
  }
}

async function checkStrategy(
  client: postgres.Sql | postgres.TransactionSql,
  strategy: TenancyStrategy
): Promise<void> {
  const rows = await find(client).catch((error: unknown) => {
    if (codeOf(error) !== SQLSTATE.undefinedTable) throw error
    return []
  })
  const settled = rows[0]?.tenancy_strategy
  if (settled === strategy) return
  throw new TenancyStrategyError(
    settled === undefined
      ? 'The main database is not ready for this version: run `npm run migrate` first'
      : `TENANCY_STRATEGY is ${strategy}, but this installation was made with ${settled}, which cannot be changed: set it to ${settled}, or use another DATABASE_URL`
  )
}
