import type postgres from 'postgres'
import { quoteName, quoteText } from '../quote.js'
import { hasKey } from './change-log.js'
import { copyRows } from './copy.js'
import type { MovedTable } from './tables.js'

type Transaction = postgres.TransactionSql

/** The keys of one round, in both sessions. */
const KEYS = 'pg_temp.moved_keys'

/**
 * Takes what was logged, and brings the rows of these keys to their state in the source. Both transactions must commit
 * for the round to count, that of the target first: a round that is repeated changes nothing.
 * @param schema of the log
 * @returns the number of keys
 */
export async function copyChanges(
  source: Transaction,
  schema: string,
  sourceTables: readonly MovedTable[],
  target: Transaction,
  targetTables: readonly MovedTable[]
): Promise<number> {
  await source.unsafe(createKeys)
  const [taken] = await source.unsafe<{ keys: number }[]>(`
    with taken as (delete from ${quoteName(schema)}.log returning relation, key),
      added as (insert into ${KEYS} select distinct relation, key from taken returning 1)
    select count(*)::int as keys from added`)
  const keys = taken?.keys ?? 0
  if (keys === 0) return 0
  // There are few keys, and an index for each of them, which the planner cannot know.
  for (const transaction of [source, target]) await transaction.unsafe(byIndex)
  await target.unsafe(createKeys)
  await copyRows(source, KEYS, target, KEYS)
  const changed = await source.unsafe<{ relation: string }[]>(`select distinct relation from ${KEYS}`)
  const names = new Set(changed.map(({ relation }) => relation))
  const tables = targetTables.filter(({ name }) => names.has(name))
  for (const table of tables) await stage(source, sourceTables, target, table)
  for (const table of [...tables].reverse()) await target.unsafe(removeStatement(table))
  for (const table of tables) await target.unsafe(insertStatement(table))
  return keys
}

const createKeys = `create temp table if not exists moved_keys (relation text not null, key jsonb not null)
  on commit delete rows`
const byIndex = `set local enable_seqscan = off; set local enable_hashjoin = off; set local enable_mergejoin = off`

const stageOf = ({ name }: MovedTable) => `pg_temp.${quoteName(`moved_${name}`)}`

async function stage(
  source: Transaction,
  sourceTables: readonly MovedTable[],
  target: Transaction,
  table: MovedTable
): Promise<void> {
  const from = sourceTables.find(({ name }) => name === table.name)
  if (from === undefined) throw new Error(`The old place has no table ${table.name}`)
  await target.unsafe(
    `create temp table if not exists ${quoteName(`moved_${table.name}`)} (like ${table.at}) on commit delete rows`
  )
  const list = table.columns.join(', ')
  const rows = `(select ${table.columns.map((name) => `t.${name}`).join(', ')} from ${KEYS} k join ${from.at} t
    on ${hasKey(from, 't', 'k')} where k.relation = ${quoteText(table.name)})`
  await copyRows(source, rows, target, `${stageOf(table)} (${list})`)
}

/** Rows that others refer to stay while the source has them. */
function removeStatement(table: MovedTable): string {
  const { at, name, key, isParent } = table
  const sameKey = key.map((column) => `s.${quoteName(column.name)} = t.${quoteName(column.name)}`)
  const kept = isParent
    ? ` and not exists (select from ${stageOf(table)} s where ${sameKey.join(' and ')})`
    : ''
  return `delete from ${at} t using ${KEYS} k
    where k.relation = ${quoteText(name)} and ${hasKey(table, 't', 'k')}${kept}`
}

function insertStatement(table: MovedTable): string {
  const { at, columns, key, updatable, isParent } = table
  const list = columns.join(', ')
  const conflict = isParent
    ? ` on conflict (${key.map(({ name }) => quoteName(name)).join(', ')}) do update
        set ${updatable.map((name) => `${name} = excluded.${name}`).join(', ')}`
    : ''
  return `insert into ${at} (${list}) overriding system value select ${list} from ${stageOf(table)}${conflict}`
}
