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
  await source.unsafe(prepare)
  const taken = await source.unsafe<{ relation: string; keys: number }[]>(`
    with taken as (delete from ${quoteName(schema)}.log returning relation, key),
      added as (insert into ${KEYS} select distinct relation, key from taken returning relation)
    select relation, count(*)::int as keys from added group by relation`)
  if (taken.length === 0) return 0
  const tables = targetTables.filter(({ name }) => taken.some(({ relation }) => relation === name))
  await target.unsafe([prepare, ...tables.map(createStage)].join(';\n'))
  await copyRows(source, KEYS, target, KEYS)
  for (const table of tables) await fillStage(source, sourceTables, target, table)
  // One round trip, since writers wait for the last round.
  const children = [...tables].reverse()
  await target.unsafe([...children.map(removeStatement), ...tables.map(insertStatement)].join(';\n'))
  return taken.reduce((sum, { keys }) => sum + keys, 0)
}

/** There are few keys, and an index for each of them, which the planner cannot know. */
const prepare = `create temp table if not exists moved_keys (relation text not null, key jsonb not null)
    on commit delete rows;
  set local enable_seqscan = off; set local enable_hashjoin = off; set local enable_mergejoin = off`

const stageOf = ({ name }: MovedTable) => `pg_temp.${quoteName(`moved_${name}`)}`

const createStage = ({ name, at }: MovedTable): string =>
  `create temp table if not exists ${quoteName(`moved_${name}`)} (like ${at}) on commit delete rows`

async function fillStage(
  source: Transaction,
  sourceTables: readonly MovedTable[],
  target: Transaction,
  table: MovedTable
): Promise<void> {
  const from = sourceTables.find(({ name }) => name === table.name)
  if (from === undefined) throw new Error(`The old place has no table ${table.name}`)
  const rows = `(select ${table.columns.map((name) => `t.${name}`).join(', ')} from ${KEYS} k join ${from.at} t
    on ${hasKey(from, 't', 'k')} where k.relation = ${quoteText(table.name)})`
  await copyRows(source, rows, target, `${stageOf(table)} (${table.columns.join(', ')})`)
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
