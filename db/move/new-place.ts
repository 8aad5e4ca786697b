import type postgres from 'postgres'
import type { MovedTable } from './tables.js'

type Transaction = postgres.TransactionSql

/** Removes the rows of migrations, and keeps triggers from counting what the old place has counted. */
export async function prepareTarget(target: Transaction, tables: readonly MovedTable[]): Promise<void> {
  await target.unsafe(
    [
      ...[...tables].reverse().map(({ at }) => `delete from ${at}`),
      ...tables.map(({ at }) => `alter table ${at} disable trigger user`)
    ].join(';\n')
  )
}

/** Lets triggers and sequences go on where those of the old place have stopped. */
export async function openTarget(
  source: Transaction,
  sourceSchema: string,
  target: Transaction,
  targetSchema: string,
  tables: readonly MovedTable[]
): Promise<void> {
  const sequences = await source<{ relation: string; column: string; value: string | null }[]>`
    select c.relname as relation, attname as column, pg_sequence_last_value(s.oid::regclass)::text as value
    from pg_depend d join pg_class s on s.oid = d.objid and s.relkind = 'S'
      join pg_class c on c.oid = d.refobjid join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute on attrelid = c.oid and attnum = d.refobjsubid
    where n.nspname = ${sourceSchema} and d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass
      and d.deptype in ('i', 'a')`
  for (const { relation, column, value } of sequences) {
    if (value === null) continue
    await target`select setval(pg_get_serial_sequence(
      quote_ident(${targetSchema}) || '.' || quote_ident(${relation}), ${column}), ${value}::bigint)`
  }
  await target.unsafe(tables.map(({ at }) => `alter table ${at} enable trigger user`).join(';\n'))
}

/** About how many rows a place has. */
export async function estimateRows(session: postgres.Sql, schema: string): Promise<number> {
  const [row] = await session<{ rows: number }[]>`
    select coalesce(sum(greatest(reltuples, 0)), 0)::float8 as rows
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where nspname = ${schema} and relkind = 'r'`
  return row?.rows ?? 0
}

/** Whether somebody needs the place as it is; earlier places have no such table. */
export async function isHeld(transaction: Transaction, schema: string): Promise<boolean> {
  const [table] =
    await transaction`select to_regclass(quote_ident(${schema}) || '.holds') is not null as exists`
  if (table?.['exists'] !== true) return false
  return (await transaction`select from ${transaction(schema)}.holds where until > now()`).length > 0
}
