import type postgres from 'postgres'
import { quoteName } from '../quote.js'

export interface MovedTable {
  name: string
  /** The quoted name, with its schema. */
  at: string
  /** The quoted names of all columns, in the table's order. */
  order: string[]
  /** The quoted names of the columns that can be written, sorted by name. */
  columns: string[]
  /** The columns of the primary key. */
  key: { name: string; type: string }[]
  /** Columns that an UPDATE may set: neither in the key nor GENERATED ALWAYS. */
  updatable: string[]
  /** Whether rows of other tables refer to its rows. */
  isParent: boolean
  /** The source of its rows: the table, or a query in parentheses. */
  source: string
  /** The tables (`at` is quoted) whose changes may change these rows; each has the columns of the key. */
  watched: { name: string; at: string }[]
}

interface Row {
  name: string
  columns: { name: string; type: string; always: boolean }[]
  order: string[]
  key: string[] | null
  parents: string[]
}

/** The record of applied migrations; each place has its own. */
const NOT_MOVED = 'schema_migrations'

/**
 * Reads a tenant's tables, parents before the tables that refer to them.
 * @throws if a table has no primary key
 */
export async function readTables(
  session: postgres.Sql | postgres.TransactionSql,
  schema: string
): Promise<MovedTable[]> {
  const rows = await session<Row[]>`
    select c.relname as name,
      (select json_agg(json_build_object('name', attname, 'type', format_type(atttypid, atttypmod),
          'always', attidentity = 'a') order by attname)
        from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped and attgenerated = '') as columns,
      (select json_agg(attname order by attnum)
        from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped) as "order",
      (select json_agg(attname order by array_position(conkey, attnum))
        from pg_constraint join pg_attribute on attrelid = conrelid and attnum = any(conkey)
        where conrelid = c.oid and contype = 'p') as key,
      (select coalesce(json_agg(distinct parent.relname), '[]')
        from pg_constraint join pg_class parent on parent.oid = confrelid
        where conrelid = c.oid and contype = 'f' and confrelid <> c.oid) as parents
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = ${schema} and c.relkind = 'r' and c.relname <> ${NOT_MOVED}
    order by c.relname`
  const parents = new Set(rows.flatMap((row) => row.parents))
  return parentsFirst(rows).map((row) => {
    if (row.key === null) throw new Error(`The table ${row.name} has no primary key, so it cannot be moved`)
    const key = row.key
    const at = `${quoteName(schema)}.${quoteName(row.name)}`
    return {
      ...{ name: row.name, at, source: at, watched: [{ name: row.name, at }] },
      order: row.order.map(quoteName),
      columns: row.columns.map(({ name }) => quoteName(name)),
      key: row.columns.filter(({ name }) => key.includes(name)),
      updatable: row.columns
        .filter(({ name, always }) => !always && !key.includes(name))
        .map(({ name }) => quoteName(name)),
      isParent: parents.has(row.name)
    }
  })
}

function parentsFirst(rows: readonly Row[]): Row[] {
  const sorted: Row[] = []
  const done = new Set<string>()
  let rest = [...rows]
  while (rest.length > 0) {
    const ready = rest.filter(({ parents }) => parents.every((parent) => done.has(parent)))
    if (ready.length === 0) throw new Error('The tables refer to each other in a cycle')
    sorted.push(...ready)
    for (const { name } of ready) done.add(name)
    rest = rest.filter(({ name }) => !done.has(name))
  }
  return sorted
}

/** The migrations applied to a place, as text for comparison. */
export async function readMigrations(
  session: postgres.Sql | postgres.TransactionSql,
  schema: string
): Promise<string> {
  const [row] = await session<{ applied: string | null }[]>`
    select string_agg(created_at || ' ' || hash, ',' order by created_at) as applied
    from ${session(schema)}.schema_migrations`
  return row?.applied ?? ''
}
