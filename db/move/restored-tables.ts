import type postgres from 'postgres'
import { quoteName, quoteText } from '../quote.js'
import { createTenantStoreIn, type TenantStore } from '../tenant/store.js'
import type { MovedTable } from './tables.js'

/** The content that a restore puts into the new place instead of the documents and files of the old one. */
export interface RestoredContent {
  /** The prefix of the keys of its objects, which no other keys share. */
  prefix: string
  /** When the objects of the old place's files may be removed (RFC 3339). */
  removeAfter: string
  /** Inserts documents and files into the empty place. */
  fill(place: TenantStore): Promise<void>
  /** Inserts the events that announce the restore, right before the place is opened. */
  announce(place: TenantStore): Promise<void>
}

/** Tables whose rows come from the archive, or are counted from rows that do. */
const FROM_THE_ARCHIVE: readonly string[] = ['documents', 'files', 'usage', 'usage_changes']

/**
 * The tables whose rows a restore copies from the old place: all that do not come from the archive. The objects of the
 * old place's files become pending objects, which are removed later. The restore's own objects are left out: they are
 * pending objects in the old place, in case the restore is interrupted, and files in the new one.
 */
export function carriedTables(
  tables: readonly MovedTable[],
  { prefix, removeAfter }: Pick<RestoredContent, 'prefix' | 'removeAfter'>
): MovedTable[] {
  const files = tables.find(({ name }) => name === 'files')
  if (files === undefined) throw new Error('The place has no table files')
  const carried = tables.filter(({ name }) => !FROM_THE_ARCHIVE.includes(name))
  return carried.map((table) => {
    if (table.name !== 'pending_objects') return table
    const columns = ['s3_path', 'state', 'deadline', 'created_at'].map(quoteName)
    const unknown = table.columns.filter((column) => !columns.includes(column))
    if (unknown.length > 0) throw new Error(`pending_objects has unknown columns: ${unknown.join(', ')}`)
    return {
      ...table,
      // PostgreSQL can look up a key by both tables' indexes only if neither branch of the union has a condition.
      source: `(select * from (select ${columns.join(', ')} from ${table.at}
          union all select s3_path, 'delete', ${quoteText(removeAfter)}::timestamptz(3), created_at from ${files.at}) kept
        where not starts_with(s3_path, ${quoteText(prefix)}))`,
      watched: [...table.watched, { name: files.name, at: files.at }]
    }
  })
}

const usageOf = (tables: readonly MovedTable[]): string => {
  const usage = tables.find(({ name }) => name === 'usage')
  if (usage === undefined) throw new Error('The place has no table usage')
  return usage.at
}

/** Fills the new place, whose tables are empty and whose triggers are disabled. */
export async function fillTarget(
  target: postgres.TransactionSql,
  schema: string,
  tables: readonly MovedTable[],
  content: RestoredContent
): Promise<void> {
  await target.unsafe(`insert into ${usageOf(tables)} default values`)
  await content.fill(storeWithin(target, schema))
}

/**
 * The last step of a restore, while nobody can write: copies the tenant's limits and inserts the events that announce
 * the restore.
 */
export async function announceRestore(
  source: postgres.TransactionSql,
  sourceTables: readonly MovedTable[],
  target: postgres.TransactionSql,
  schema: string,
  tables: readonly MovedTable[],
  content: RestoredContent
): Promise<void> {
  const limits = 'max_documents, max_bytes'
  const [row] = await source.unsafe<{ max_documents: string | null; max_bytes: string | null }[]>(
    `select ${limits} from ${usageOf(sourceTables)}`
  )
  await target.unsafe(`update ${usageOf(tables)} set (${limits}) = ($1::bigint, $2::bigint)`, [
    row?.max_documents ?? null,
    row?.max_bytes ?? null
  ])
  await content.announce(storeWithin(target, schema))
}

/** The tenant's store on a mover's transaction. */
const storeWithin = (transaction: postgres.TransactionSql, schema: string): TenantStore =>
  createTenantStoreIn(schema, transaction, (work) => work(transaction))
