import type postgres from 'postgres'
import type { MovedTable } from './tables.js'

/** Thrown if the rows in the new place differ from those in the old one. */
export class DifferentRowsError extends Error {
  override readonly name = 'DifferentRowsError'
  constructor(table: string) {
    super(`The rows of ${table} in the new place differ from those in the old one; the tenant was not moved`)
  }
}

/**
 * Compares the rows of both places, by checksums of their text that do not depend on the order.
 * @throws {DifferentRowsError}
 */
export async function compareTables(
  source: postgres.TransactionSql,
  sourceTables: readonly MovedTable[],
  target: postgres.TransactionSql,
  targetTables: readonly MovedTable[]
): Promise<void> {
  for (const table of sourceTables) {
    const other = targetTables.find(({ name }) => name === table.name)
    if (other === undefined) throw new DifferentRowsError(table.name)
    const [mine, theirs] = await Promise.all([checksum(source, table), checksum(target, other)])
    if (mine !== theirs) throw new DifferentRowsError(table.name)
  }
}

async function checksum(
  transaction: postgres.TransactionSql,
  { source, columns }: MovedTable
): Promise<string | undefined> {
  const [row] = await transaction.unsafe<{ sum: string }[]>(
    `select count(*) || ' ' || coalesce(sum(hashtextextended(row(${columns.join(', ')})::text, 0)::numeric), 0) as sum
     from ${source} r`
  )
  return row?.sum
}
