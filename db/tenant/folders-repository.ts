import { and, eq, inArray, sql, type SQLWrapper } from 'drizzle-orm'
import { FOLDER_COUNT_CAP } from '../../core/own-data.js'
import type { Actor } from '../actor.js'
import { codeOf, SQLSTATE } from '../error-codes.js'
import { now, query, rendered, under, type Client, type Named } from '../statement.js'
import { updateEvents } from './document-events.js'
import { folderRange, isInFolder, type FolderRange } from './folder-range.js'
import type { TenantTables } from './schema.js'

/** Maximum number of documents that one call moves. */
export const MOVED_AT_ONCE = 1_000

/** A folder, and how many documents are in it and below it, counted up to `FOLDER_COUNT_CAP` + 1. */
export interface CountedFolder {
  folder: string
  documents: number
}

export type FolderMove =
  /** `more`: there are documents left to move. */
  | { outcome: 'moved'; moved: number; more: boolean }
  /** Documents of a folder inside `from` would land in `from` again, and further calls would move them once more. */
  | { outcome: 'circular' }
  /** The path of a folder inside `from` would become too long; nothing was moved. */
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
  /** The folder whose documents would be moved into `from`; null if there can be none. */
  againFrom: string | null
  againBefore: string | null
}

/** Folders, which exist while documents are in them or below them. */
export function defineFolderRepository(tables: TenantTables) {
  const { documents, outbox } = tables
  const [document, previous] = [under('document', documents), under('previous', documents)]
  const { id, folder, created_at } = documents

  /** Jumps from one folder to the next in the index, however many documents each has. */
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
    // Another request may move them in the meantime, so the condition is checked again under the lock.
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

  /** Returns no row if a path would be too long, which the table refuses. */
  const movedOrNone: typeof move = (client, values) =>
    move(client, values).catch((error: unknown) => {
      if (codeOf(error) === SQLSTATE.checkViolation) return []
      throw error
    })

  return (client: Client) => ({
    /** The direct subfolders of `parent`, in byte order, after `after`. */
    async list(parent: string, after: string | undefined, limit: number): Promise<CountedFolder[]> {
      const { folderFrom, folderBefore } = folderRange(parent)
      const start = after === undefined ? folderFrom : folderRange(after).folderBefore
      return list(client, { folderFrom: start, folderBefore, length: Array.from(parent).length, limit })
    },
    /** Moves up to {@link MOVED_AT_ONCE} documents in a folder and below it. `to` must not be inside `from`. */
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
