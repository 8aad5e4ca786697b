import { randomUUID } from 'node:crypto'
import type { RestoreIdentity } from '../../../db/main/tenant-moves-repository.js'
import type { ContentIdentity } from '../../../db/tenant/uploads-repository.js'
import type { Hashing } from '../../../plugins/hashing/hashing.js'
import type { TenantRef } from '../../../plugins/tenancy/router.js'
import type { MoveOutcome, MoveWatch, PrepareContent, TenantMoving } from '../tenants/tenant-move.js'
import { ArchiveRefused } from './archive-refused.js'
import { compareDocuments, type DocumentChanges } from './compare-documents.js'
import type { FileRow, Manifest } from './format.js'
import { insertRows } from './insert-rows.js'
import { receiveArchive, withSpooledRows, type ObjectContent, type ReceivedRows } from './receive-archive.js'
import { storeObjects, type ObjectStoring } from './store-objects.js'

/** Opens the archive at its beginning. A check reads it first, so that a damaged archive changes nothing. */
export type OpenArchive = () => AsyncIterable<Buffer>

export interface TenantRestoreDependencies extends ObjectStoring {
  moving: Pick<TenantMoving, 'restore'>
}

/** What restoring an archive would do to a tenant. */
export interface RestorePlan {
  manifest: Manifest
  documents: DocumentChanges
}

/** Seconds for which the keys of objects are reserved; a restore is aborted a day before that. */
const RESERVED = 7 * 86_400
const LONGEST_MS = (RESERVED - 86_400) * 1000

/** Reads an archive, checks everything in it, and stores nothing. @throws {ArchiveRefused} */
export const checkArchive = <T>(
  hashing: Hashing,
  source: AsyncIterable<Buffer>,
  use: (manifest: Manifest, rows: ReceivedRows) => Promise<T>
): Promise<T> =>
  withSpooledRows(async (rows) => {
    const { manifest } = await receiveArchive(source, rows, (_, content) => identify(hashing, content))
    return use(manifest, rows)
  })

async function identify(hashing: Hashing, content: ObjectContent): Promise<ContentIdentity> {
  const hash = hashing.start()
  try {
    for await (const chunk of content) await hash.update(chunk)
    return await hash.digest()
  } finally {
    hash.discard()
  }
}

export type RestoreTenant = ReturnType<typeof createTenantRestore>

/**
 * Restores the documents and files of a tenant from one of its archives while the tenant is in use; see "Restoring a
 * tenant" in docs/ARCHITECTURE.md. A restore is a move to a new place on the same server, which is filled from the
 * archive.
 */
export function createTenantRestore({ moving, ...storing }: TenantRestoreDependencies) {
  const { router, hashing } = storing

  /** The ids in an archive are valid only in the tenant that it was made from. */
  function checkTenant(tenant: TenantRef, { tenant: exported }: Manifest): void {
    if (exported.id !== tenant.id)
      throw new ArchiveRefused(
        `it is an export of another tenant, ${exported.id}`,
        'To make a new tenant from it, use: npm run tenants -- import.'
      )
  }

  /** Stores the objects of an archive, and returns how to fill a place with its rows. */
  const preparation =
    (open: OpenArchive, rows: ReceivedRows): PrepareContent =>
    async (tenant, generation, folder, signal) => {
      const keyOf = ({ id }: FileRow) => `${folder}${id}`
      const store = storeObjects(storing, tenant, keyOf, RESERVED, signal)
      const { manifest } = await receiveArchive(open(), rows, store)
      checkTenant(tenant, manifest)
      const highest = await router.withTenant(tenant, ({ archive }) => archive.highestRevision())
      const revisionOf = newRevisions(generation, highest)
      return {
        fill: ({ archive }) =>
          insertRows(archive, rows, {
            // Their pending objects are in the old place.
            areReserved: false,
            file: (row, found) => ({
              ...row,
              ...found,
              s3_path: keyOf(row),
              revision: revisionOf(row.revision)
            }),
            document: (row) => ({ ...row, revision: revisionOf(row.revision) })
          }),
        announce: ({ archive }) =>
          archive.announceRestore({
            ...{ tenantId: tenant.id, restoredTo: manifest.exported_at },
            ...{ documents: manifest.rows.documents, files: manifest.rows.files }
          })
      }
    }

  return {
    /**
     * Checks the whole archive, and compares it with the tenant's current documents. Changes nothing.
     * @throws {ArchiveRefused} if the archive is damaged, or another tenant's
     */
    plan: (tenant: TenantRef, open: OpenArchive): Promise<RestorePlan> =>
      checkArchive(hashing, open(), async (manifest, rows) => {
        checkTenant(tenant, manifest)
        const documents = await router.withTenant(tenant, ({ archive }) =>
          archive.readSnapshot((snapshot) => compareDocuments(rows.documents, snapshot))
        )
        return { manifest, documents }
      }),

    /**
     * Restores the tenant. If the restore fails, the tenant stays as it is.
     * @param manifest of the archive, as returned by `plan`
     * @throws {ArchiveRefused} if the archive has been damaged or replaced since
     */
    restore: (
      tenant: TenantRef,
      open: OpenArchive,
      manifest: Manifest,
      { signal, ...watch }: MoveWatch = {}
    ): Promise<MoveOutcome> =>
      withSpooledRows((rows) => {
        const identity: RestoreIdentity = { id: randomUUID(), restoresTo: manifest.exported_at }
        const inTime = AbortSignal.timeout(LONGEST_MS)
        return moving.restore(tenant.id, identity, preparation(open, rows), {
          ...watch,
          signal: signal === undefined ? inTime : AbortSignal.any([signal, inTime])
        })
      })
  }
}

/** Revisions of restored rows are at least this number times the generation of the place. */
const REVISIONS = 100_000

/**
 * An ETag from before the restore must never match a different state of the row, or a client that does not know of the
 * restore could overwrite a state that it has never seen. The last revision of a deleted document is not known, so all
 * restored rows start at a round number above every existing revision; each restore starts at a higher one.
 */
const newRevisions = (generation: number, highest: number) => (revision: number) =>
  REVISIONS * Math.max(generation, Math.floor(Math.max(highest, revision) / REVISIONS) + 1)
