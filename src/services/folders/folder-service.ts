import { Type } from '@sinclair/typebox'
import { AppError } from '../../../core/errors.js'
import { FOLDER_COUNT_CAP } from '../../../core/own-data.js'
import { compileCheck } from '../../../core/validation/check.js'
import { storedFolder } from '../../../core/validation/own-data.js'
import type { Actor } from '../../../db/actor.js'
import type { CountedFolder } from '../../../db/tenant/folders-repository.js'
import type { Change } from '../../../plugins/messaging/change.js'
import type { Router, TenantRef } from '../../../plugins/tenancy/router.js'
import { decodeCursor, encodeCursor } from '../lists/cursor.js'
import type { Listing } from '../lists/listing.js'

/** A folder and the number of documents in it and below. */
export interface ListedFolder extends CountedFolder {
  /** Present if there are more documents than were counted. */
  documents_capped?: true
}

export interface FolderQuery {
  parent: string
  perPage: number
  cursor?: string | undefined
}

export type FolderService = ReturnType<typeof createFolderService>

const problemsIn = compileCheck(Type.Object({ name: Type.String({ format: 'text' }) }))
/** The name of a page's last folder, without its parent: a whole path could make the cursor too long to send. */
const isPosition = (value: unknown): value is { name: string } => problemsIn(value).length === 0

export function createFolderService({ router, change }: { router: Router; change: Change }) {
  return {
    /**
     * The folders directly inside a folder. Their total number is not counted.
     * @throws {AppError} VALIDATION_ERROR for another list's cursor, or an invalid folder
     */
    async list(
      tenant: TenantRef,
      { parent: asked, perPage, cursor }: FolderQuery
    ): Promise<Listing<ListedFolder>> {
      const parent = storedFolder(asked, '/parent')
      const scope = { tenant: tenant.id, folders: parent }
      const after =
        cursor === undefined ? undefined : `${parent}${decodeCursor(cursor, scope, isPosition).name}/`
      const found = await router.withTenant(tenant, (store) => store.folders.list(parent, after, perPage + 1))
      const items = found.slice(0, perPage).map(capped)
      const last = items.at(-1)
      const more = found.length > perPage && last !== undefined
      return {
        ...{ items, total: items.length, totalCapped: more || cursor !== undefined },
        nextCursor: more ? encodeCursor({ name: last.folder.slice(parent.length, -1) }, scope) : null
      }
    },

    /**
     * Moves up to 1,000 documents in a folder and below. Call it again while `more` is true.
     * @throws {AppError} VALIDATION_ERROR
     */
    async move(
      tenant: TenantRef,
      asked: { from: string; to: string },
      actor: Actor
    ): Promise<{ moved: number; more: boolean }> {
      const [from, to] = [storedFolder(asked.from, '/from'), storedFolder(asked.to, '/to')]
      if (to.startsWith(from)) throw invalid('/to', 'must not be the folder itself, or inside it')
      const by = { tenantId: tenant.id, actor }
      const move = await change(tenant, (store) => store.folders.move(from, to, by))
      if (move.outcome === 'too long')
        throw invalid('/to', 'must be shorter: folders inside would have paths of more than 1,024 bytes')
      if (move.outcome === 'circular')
        throw invalid(
          '/from',
          `must not contain ${from.slice(to.length)}, which would be moved twice; rename that first`
        )
      const { moved, more } = move
      return { moved, more }
    }
  }
}

const capped = ({ folder, documents }: CountedFolder): ListedFolder =>
  documents > FOLDER_COUNT_CAP
    ? { folder, documents: FOLDER_COUNT_CAP, documents_capped: true }
    : { folder, documents }

const invalid = (field: string, message: string) =>
  new AppError('VALIDATION_ERROR', { details: [{ field, message }] })
