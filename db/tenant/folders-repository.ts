import { and, eq, inArray, sql, type SQLWrapper } from 'drizzle-orm'
import { FOLDER_COUNT_CAP } from '../../core/own-data.js'
import type { Actor } from '../actor.js'
import { codeOf, SQLSTATE } from '../error-codes.js'
import { now, query, rendered, under, type Client, type Named } from '../statement.js'
import { updateEvents } from './document-events.js'
import { folderRange, isInFolder, type FolderRange } from './folder-range.js'
import type { TenantTables } from './schema.js'

/** Documents that are moved at once. */
export const MOVED_AT_ONCE = 1_000

/** A folder, and how many documents are in it and below: up to `FOLDER_COUNT_CAP` + 1. */
export interface CountedFolder {
  folder: string
  documents: number
}

export type FolderMove =
  /** `more`: documents are left to be moved. */
  | { outcome: 'moved'; moved: number; more: boolean }
  /** Documents of a folder inside would come to where they are moved from, and be moved again. */
  | { outcome: 'circular' }
  /** A folder inside would have a longer path than fits; nothing was moved. */
  | { outcome: 'too long' }

export type FolderRepository = ReturnType<ReturnType<typeof defineFolderRepository>>

interface Page extends FolderRange {
  /** The length of the parent, in characters. */
  length: number
  limit: number
}
interface Move extends Actor, FolderRange {
  tenantId: string
  from: string
  to: string
  /** The folder whose documents would be moved to `from`; null: there can be none. */
  againFrom: string | null
  againBefore: string | null
}

/** Folders, which exist as long as documents are in them or below. */
export function defineFolderRepository(tables: TenantTables) {
  const { documents, outbox } = tables
  const [document, previous] = [under('document', documents), under('previous', documents)]
  const { id, folder, created_at } = documents

  /** Jumps from one folder to the next in the index, whatever is in each. */
  const list = rendered(({ folderFrom, folderBefore, length, limit }: Named<Page>) => {
    const child = sql`left(${folder}, ${length}::int + strpos(substr(${folder}, ${length}::int + 1), '/'))`
    const first = (after: SQLWrapper) => sql`(select ${child} as folder from ${documents}
      where ${folder} > ${after} and ${folder} < ${folderBefore} order by ${folder} limit 1)`
    const end = sql`left(child.folder, -1) || '0'`
    return sql<CountedFolder>`
      with recursive child as (
        ${first(folderFrom)} union all select ${first(end)} from child where child.folder is not null
      )
      select child.folder, (
        select count(*) from (
          select from ${documents} where ${folder} >= child.folder and ${folder} < ${end}
          limit ${FOLDER_COUNT_CAP + 1}
        ) counted
      ) as documents
      from child where child.folder is not null limit ${limit}`
  })

  const move = rendered((by: Named<Move>) => {
    const isInside = isInFolder(folder, by)
    const picked = query
      .select({ id })
      .from(documents)
      .where(isInside)
      .orderBy(folder, created_at, id)
      .limit(MOVED_AT_ONCE + 1)
    const again = { folderFrom: sql`${by.againFrom}::text`, folderBefore: sql`${by.againBefore}::text` }
    const isCircular = sql`more and exists (select from ${documents} where ${isInFolder(folder, again)})`
    // Somebody may move them meanwhile, so the condition is checked again under the lock.
    const before = query
      .select()
      .from(documents)
      .where(
        and(
          inArray(id, sql`(select id from picked limit ${MOVED_AT_ONCE})`),
          isInside,
          sql`not (select circular from state)`
        )
      )
      .orderBy(id)
      .for('no key update')
    const changed = query
      .update(documents)
      .set({
        folder: sql`${by.to}::text || substr(${previous.folder}, char_length(${by.from}::text) + 1)`,
        updated_at: now
      })
      .from(sql`${previous}`)
      .where(eq(id, previous.id))
      .returning()
    return sql<{ moved: number; more: boolean; circular: boolean }>`
      with picked as materialized ${picked},
        state as materialized (
          select more, ${isCircular} as circular
          from (select count(*) > ${MOVED_AT_ONCE} as more from picked) counted
        ),
        ${previous} as ${before}, ${document} as ${changed}, ${updateEvents(outbox, { document, previous }, by)}
      select (select count(*) from ${document}) as moved, more, circular from state`
  })

  /** No row where a path would be too long, which the table refuses. */
  const movedOrNone: typeof move = (client, values) =>
    move(client, values).catch((error: unknown) => {
      if (codeOf(error) === SQLSTATE.checkViolation) return []
      throw error
    })

  return (client: Client) => ({
    /** The folders directly inside of one, in the order of their bytes, after one of them. */
    async list(parent: string, after: string | undefined, limit: number): Promise<CountedFolder[]> {
      const { folderFrom, folderBefore } = folderRange(parent)
      const start = after === undefined ? folderFrom : folderRange(after).folderBefore
      return list(client, { folderFrom: start, folderBefore, length: Array.from(parent).length, limit })
    },
    /**
     * Moves some of the documents in a folder and below. `to` must not be inside `from`.
     */
    async move(from: string, to: string, by: { tenantId: string; actor: Actor }): Promise<FolderMove> {
      const again = from.startsWith(to) ? folderRange(from + from.slice(to.length)) : undefined
      const [row] = await movedOrNone(client, {
        ...{ from, to, ...folderRange(from), tenantId: by.tenantId, ...by.actor },
        ...{ againFrom: again?.folderFrom ?? null, againBefore: again?.folderBefore ?? null }
      })
      if (row === undefined) return { outcome: 'too long' }
      const { moved, more, circular } = row
      return circular ? { outcome: 'circular' } : { outcome: 'moved', moved, more }
    }
  })
}
