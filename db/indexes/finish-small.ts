import type postgres from 'postgres'
import type { MigrationTarget } from '../migration-target.js'
import { quoteName } from '../quote.js'
import { unfinishedIndexes, unvalidatedConstraints } from './unfinished.js'

/** Tables with more rows than this are never locked while an index is built on them. */
const SMALL_ROWS = 10_000

/**
 * Builds the indexes and validates the constraints of small tables within a migration, so that a new place has all of
 * them. `buildIndexes` does the same for large tables later. The `search_path` must lead to the schema.
 */
export async function finishSmallTables(
  transaction: postgres.TransactionSql,
  target: MigrationTarget,
  schema: string
): Promise<void> {
  const indexes = await unfinishedIndexes(transaction, target, schema)
  const constraints = await unvalidatedConstraints(transaction, schema)
  const isSmall = new Map<string, boolean>()
  for (const { table } of [...indexes, ...constraints])
    if (!isSmall.has(table)) isSmall.set(table, await hasFewRows(transaction, table))
  const statements = [
    ...indexes
      .filter(({ table, state }) => state === 'missing' && isSmall.get(table))
      .map(({ index }) => `${index.create} ${index.definition}`),
    ...constraints
      .filter(({ table }) => isSmall.get(table))
      .map(({ name, table }) => `alter table ${quoteName(table)} validate constraint ${quoteName(name)}`)
  ]
  if (statements.length > 0) await transaction.unsafe(statements.join(';\n'))
}

async function hasFewRows(transaction: postgres.TransactionSql, table: string): Promise<boolean> {
  const [row] = await transaction<{ rows: string }[]>`
    select count(*) as rows from (select from ${transaction(table)} limit ${SMALL_ROWS + 1}) counted`
  return Number(row?.rows) <= SMALL_ROWS
}
