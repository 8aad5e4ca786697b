import type postgres from 'postgres'
import { quoteName, quoteText } from '../quote.js'
import { hasKey } from './change-log.js'
import { copyRows } from './copy.js'
import type { MovedTable } from './tables.js'

type Transaction = postgres.TransactionSql

/** Temporary tables: the keys of a round in the source, and the keys with their rows in the target. */
const KEYS = 'pg_temp.moved_keys'
const ROWS = 'pg_temp.moved_rows'

/**
 * Takes the logged keys, and makes the rows with these keys in the target the same as in the source. The transaction in
 * the target must commit first, then that in the source; if only the first one does, the round is repeated and changes
 * nothing. There are few round trips, since writers wait for the last round.
 * @param schema the schema of the log
 * @returns the number of keys
 */
export async function copyChanges(
  source: Transaction,
  schema: string,
  sourceTables: readonly MovedTable[],
  target: Transaction,
  targetTables: readonly MovedTable[]
): Promise<number> {
  // Statements are pipelined: each connection executes them in order, without a round trip between them.
  const [taken] = await Promise.all([
    takeLogged(source, schema),
    target.unsafe(`create temp table if not exists moved_rows (relation text not null, key jsonb not null, "row" text)
        on commit delete rows;
      delete from ${ROWS}; ${byIndex}`)
  ])
  if (taken.length === 0) return 0
  const tables = targetTables.filter(({ name }) => taken.some(({ relation }) => relation === name))
  const selects = tables.map((table) => {
    const from = sourceTables.find(({ name }) => name === table.name)
    if (from === undefined) throw new Error(`The old place has no table ${table.name}`)
    return selectRows(from, table)
  })
  await copyRows(source, `(${selects.join(' union all ')})`, target, ROWS)
  const children = [...tables].reverse()
  await target.unsafe([...children.map(removeStatement), ...tables.map(insertStatement)].join(';\n'))
  return taken.reduce((sum, { keys }) => sum + keys, 0)
}

/** Moves the keys from the log to `KEYS`, and counts them by table. */
async function takeLogged(source: Transaction, schema: string) {
  const [, taken] = await Promise.all([
    source.unsafe(`create temp table if not exists moved_keys (relation text not null, key jsonb not null)
        on commit delete rows;
      delete from ${KEYS}; ${byIndex}`),
    source.unsafe<{ relation: string; keys: number }[]>(`
      with taken as (delete from ${quoteName(schema)}.log returning relation, key),
        added as (insert into ${KEYS} select distinct relation, key from taken returning relation)
      select relation, count(*)::int as keys from added group by relation`)
  ])
  return taken
}

/** Forces index lookups: there are few keys, which the planner cannot know. */
const byIndex =
  'set local enable_seqscan = off; set local enable_hashjoin = off; set local enable_mergejoin = off'

/**
 * Selects each key with its row as text in the form of the other table's row type; null if the row no longer exists.
 */
function selectRows(from: MovedTable, to: MovedTable): string {
  const [first] = from.key
  if (first === undefined) throw new Error(`The table ${from.name} has no key`)
  const row = `row(${to.order.map((name) => `t.${name}`).join(', ')})::text`
  return `select k.relation, k.key, case when t.${quoteName(first.name)} is not null then ${row} end
    from ${KEYS} k left join ${from.source} t on ${hasKey(from, 't', 'k')} where k.relation = ${quoteText(from.name)}`
}

/** Deletes rows, except those of a parent table that still exist in the source: other rows may refer to them. */
function removeStatement(table: MovedTable): string {
  const { at, name, isParent } = table
  return `delete from ${at} t using ${ROWS} k where k.relation = ${quoteText(name)} and ${hasKey(table, 't', 'k')}
    ${isParent ? 'and k."row" is null' : ''}`
}

function insertStatement(table: MovedTable): string {
  const { at, name, columns, key, updatable, isParent } = table
  const conflict = isParent
    ? `on conflict (${key.map((column) => quoteName(column.name)).join(', ')}) do update
        set ${updatable.map((column) => `${column} = excluded.${column}`).join(', ')}`
    : ''
  return `insert into ${at} (${columns.join(', ')}) overriding system value
    select ${columns.map((column) => `r.${column}`).join(', ')}
    from ${ROWS} k cross join lateral (select (k."row"::${at}).*) r
    where k.relation = ${quoteText(name)} and k."row" is not null ${conflict}`
}
