import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type postgres from 'postgres'
import type { MovedTable } from './tables.js'

type Transaction = postgres.TransactionSql

/**
 * Streams rows from one server to another, in PostgreSQL's text format.
 * https://www.postgresql.org/docs/current/sql-copy.html
 * @param from the source: a table with columns, or a query in parentheses
 * @param to a table with columns
 * @param onRows called from time to time with the number of rows copied since the last call
 */
export async function copyRows(
  source: Transaction,
  from: string,
  target: Transaction,
  to: string,
  onRows: (rows: number) => void = () => undefined
): Promise<void> {
  const rows = await source.unsafe(`copy ${from} to stdout`).readable()
  const sink = await target.unsafe(`copy ${to} from stdin`).writable()
  await pipeline(rows, inBatches(onRows), sink)
}

/** Minimum bytes per write. */
const BATCH = 64 * 1024

/** Combines rows into larger writes, because the server sends each row as a separate message. */
function inBatches(onRows: (rows: number) => void): Transform {
  let batch: Buffer[] = []
  let bytes = 0
  const flush = () => {
    onRows(batch.length)
    const whole = Buffer.concat(batch, bytes)
    batch = []
    bytes = 0
    return whole
  }
  return new Transform({
    transform(row: Buffer, _, done) {
      batch.push(row)
      bytes += row.length
      if (bytes < BATCH) done()
      else done(null, flush())
    },
    flush(done) {
      done(null, flush())
    }
  })
}

/**
 * Copies all rows of one place into another, whose tables are empty. Nothing else may use the two transactions
 * meanwhile; that of the source sees a single snapshot.
 */
export async function copyTables(
  source: Transaction,
  sourceTables: readonly MovedTable[],
  target: Transaction,
  targetTables: readonly MovedTable[],
  onRows: (table: string, rows: number) => void
): Promise<void> {
  for (const { name, at, source: rows, columns } of sourceTables) {
    const to = targetTables.find((table) => table.name === name)
    if (to === undefined) throw new Error(`The new place has no table ${name}`)
    const list = `(${columns.join(', ')})`
    const from = rows === at ? `${at} ${list}` : `(select ${columns.join(', ')} from ${rows} r)`
    await copyRows(source, from, target, `${to.at} ${list}`, (count) => onRows(name, count))
  }
}
