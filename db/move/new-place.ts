import type postgres from 'postgres'
import { quoteName, quoteText } from '../quote.js'
import type { MovedTable } from './tables.js'

type Transaction = postgres.TransactionSql

/**
 * Deletes the rows that migrations have inserted, and disables triggers, because the copied rows were already counted
 * in the old place.
 */
export async function prepareTarget(target: Transaction, tables: readonly MovedTable[]): Promise<void> {
  await target.unsafe(
    [
      ...[...tables].reverse().map(({ at }) => `delete from ${at}`),
      ...tables.map(({ at }) => `alter table ${at} disable trigger user`)
    ].join(';\n')
  )
}

/** The last value of a sequence; null if it was never used. */
interface StoppedSequence {
  relation: string
  column: string
  value: string | null
}

/** Reads the sequences that belong to columns of a place, for `openTarget`. */
export function readSequences(source: Transaction, schema: string): Promise<StoppedSequence[]> {
  return source<StoppedSequence[]>`
    select c.relname as relation, attname as column, pg_sequence_last_value(s.oid::regclass)::text as value
    from pg_depend d join pg_class s on s.oid = d.objid and s.relkind = 'S'
      join pg_class c on c.oid = d.refobjid join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute on attrelid = c.oid and attnum = d.refobjsubid
    where n.nspname = ${schema} and d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass
      and d.deptype in ('i', 'a')`
}

/**
 * Makes the new place usable: sequences continue from the values of the old place, triggers are enabled, and the move's
 * own schema is dropped.
 */
export async function openTarget(
  target: Transaction,
  { schema, own, tables }: { schema: string; own: string; tables: readonly MovedTable[] },
  sequences: readonly StoppedSequence[]
): Promise<void> {
  const settings = sequences.flatMap(({ relation, column, value }) => {
    const table = quoteText(`${quoteName(schema)}.${quoteName(relation)}`)
    return value === null
      ? []
      : [`select setval(pg_get_serial_sequence(${table}, ${quoteText(column)}), ${quoteText(value)})`]
  })
  // One round trip, since writers wait.
  await target.unsafe(
    [
      ...settings,
      ...tables.map(({ at }) => `alter table ${at} enable trigger user`),
      `drop schema ${quoteName(own)} cascade`
    ].join(';\n')
  )
}

/** Estimates how many rows a place has. */
export async function estimateRows(session: postgres.Sql, schema: string): Promise<number> {
  const [row] = await session<{ rows: number }[]>`
    select coalesce(sum(greatest(reltuples, 0)), 0)::float8 as rows
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where nspname = ${schema} and relkind = 'r'`
  return row?.rows ?? 0
}

/** Whether a hold is in force: the place is being copied and must not be dropped. */
export async function isHeld(transaction: Transaction, tables: readonly MovedTable[]): Promise<boolean> {
  const holds = tables.find(({ name }) => name === 'holds')
  return (
    holds !== undefined &&
    (await transaction.unsafe(`select from ${holds.at} where until > now()`)).length > 0
  )
}
