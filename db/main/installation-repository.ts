import type postgres from 'postgres'
import type { DatabaseClient } from '../client.js'
import { codeOf, SQLSTATE } from '../error-codes.js'

/** How tenants are kept apart: a database for each, or a schema of the main database for each. */
export type TenancyStrategy = 'database' | 'schema'

/** Thrown for whoever starts something that would look for the tenants where they are not. */
export class TenancyStrategyError extends Error {
  override readonly name = 'TenancyStrategyError'
}

/**
 * Writes down how the tenants of an installation are kept apart, and prepares for it. It may be changed as long as
 * there is no tenant.
 * @throws {TenancyStrategyError}
 */
export async function settleStrategy(
  transaction: postgres.TransactionSql,
  strategy: TenancyStrategy
): Promise<void> {
  await transaction`insert into installation (tenancy_strategy) values (${strategy})
    on conflict (id) do update set tenancy_strategy = excluded.tenancy_strategy
      where not exists (select from tenants)`
  await checkStrategy(transaction, strategy)
  // One for all tenants, whose migrations find it done: two of them could not create it at the same time.
  if (strategy === 'schema') await transaction`create extension if not exists pg_trgm with schema public`
}

export type InstallationRepository = ReturnType<typeof createInstallationRepository>

export function createInstallationRepository({ sql }: DatabaseClient) {
  return {
    /**
     * Makes sure that the tenants of this installation are kept apart in this way.
     * @throws {TenancyStrategyError}
     */
    checkStrategy: (strategy: TenancyStrategy) => checkStrategy(sql, strategy)
  }
}

async function checkStrategy(
  sql: postgres.Sql | postgres.TransactionSql,
  strategy: TenancyStrategy
): Promise<void> {
  const rows = await sql<{ tenancy_strategy: string }[]>`select tenancy_strategy from installation`.catch(
    (error: unknown) => {
      if (codeOf(error) !== SQLSTATE.undefinedTable) throw error
      return []
    }
  )
  const settled = rows[0]?.tenancy_strategy
  if (settled === strategy) return
  throw new TenancyStrategyError(
    settled === undefined
      ? 'The main database is not ready for this version: run `npm run migrate` first'
      : `TENANCY_STRATEGY is ${strategy}, but this installation was made with ${settled}, which cannot be changed: set it to ${settled}, or name another DATABASE_URL`
  )
}
