import type { Readable } from 'node:stream'
import type { DocumentField, DocumentSort } from '../../../db/tenant/document-list.js'
import { createBatches } from '../../../core/concurrency/batches.js'
import type {
  DocumentChange,
  DownloadKind,
  DownloadRecord,
  NewDownload
} from '../../../db/tenant/documents-repository.js'
import type { DocumentChanges } from '../../../db/tenant/document-update.js'
import type { TenantStore } from '../../../db/tenant/store.js'
import type { Actor } from '../../../db/actor.js'
import type { ChangedBy } from '../../../db/revisions.js'
import type { Document, DocumentWithFile } from '../../../db/tenant/rows.js'
import type { Disposition } from '../../../core/download-headers.js'
import type { Change } from '../../../plugins/messaging/change.js'
import type { ByteRange } from '../../../plugins/storage/object-storage.js'
import type { StorageOfTenants } from '../../../plugins/storage/tenant-storage.js'
import type { Router, TenantRef } from '../../../plugins/tenancy/router.js'
import { AppError } from '../../../core/errors.js'
import { documentFilter, type AskedFilter } from './document-filter.js'
import { storedChanges } from './document-changes.js'
import { refusingOwnData } from './own-data-refusals.js'
import type { Download, DownloadCounts } from './download-counts.js'
import { isMomentPosition, isNamePosition, listPage, type Listing, type ListQuery } from '../lists/listing.js'

export interface DocumentServiceDependencies {
  router: Router
  storage: StorageOfTenants
  change: Change
  downloads: DownloadCounts
  /** Seconds for which a download URL works. */
  downloadUrlTtl: number
}

export interface DocumentQuery extends ListQuery {
  filter: AskedFilter
  sort: DocumentSort
  /** What to read of each document; everything by default. */
  fields?: readonly DocumentField[] | undefined
}

/** Milliseconds of waiting after which the rights are checked again. */
const STALE_MS = 1_000

export type DocumentService = ReturnType<typeof createDocumentService>

export function createDocumentService({
  router,
  storage,
  change,
  downloads,
  downloadUrlTtl
}: DocumentServiceDependencies) {
  async function get(tenant: TenantRef, documentId: string): Promise<DocumentWithFile> {
    const document = await router.withTenant(tenant, (store) => store.documents.findById(documentId))
    if (document === null) throw new AppError('DOCUMENT_NOT_FOUND')
    return document
  }

  const findByExternalId = (tenant: TenantRef, externalId: string): Promise<DocumentWithFile | null> =>
    router.withTenant(tenant, (store) => store.documents.findByExternalId(externalId))

  async function changed(
    tenant: TenantRef,
    changes: DocumentChanges,
    work: (store: TenantStore, stored: DocumentChanges) => Promise<DocumentChange>
  ): Promise<DocumentWithFile> {
    const stored = storedChanges(changes)
    const updated = await refusingOwnData(router, tenant, stored.external_id, () =>
      change(tenant, (store) => work(store, stored))
    )
    if (updated.outcome !== 'updated') throw unchanged(updated)
    return updated.document
  }

  const record = createBatches<NewDownload, DownloadRecord, TenantRef>((tenant, some) =>
    change(tenant, (store) => store.documents.recordDownloads(tenant.id, some))
  )

  /** Finds the document to hand out, and records who gets it. Concurrent downloads of a tenant share a statement. */
  async function recordDownload(download: Download, actor: Actor): Promise<DocumentWithFile> {
    const { id, database_name, server, askAgain } = download.tenant
    const entry = downloads.entry(download)
    const asked = performance.now()
    // Rights are checked per download, because a refused one must not fail the others in its batch.
    const recorded = await record({ id, database_name, server }, { ...download, actor, ...entry })
    if (performance.now() - asked > STALE_MS) await askAgain?.()
    if (recorded.outcome === 'missing') throw new AppError('DOCUMENT_NOT_FOUND')
    downloads.begin(download, entry, recorded.document.filename, actor.ip)
    return recorded.document
  }

  /** For the first download in an hour, finds and records in one statement; for later ones, only finds and counts. */
  async function handOut(
    tenant: TenantRef,
    documentId: string,
    actor: Actor,
    as: DownloadKind
  ): Promise<DocumentWithFile> {
    const { userId, onBehalfOf } = actor
    const download = { tenant, documentId, userId, onBehalfOf, as }
    if (!downloads.isCounted(download)) return recordDownload(download, actor)
    const document = await get(tenant, documentId)
    // The hour may have ended in the meantime.
    return downloads.again(download) ? document : recordDownload(download, actor)
  }

  return {
    /** @throws {AppError} DOCUMENT_NOT_FOUND */
    get,

    /**
     * A document whose bytes the caller is about to send, which is recorded in the audit log.
     * @throws {AppError} DOCUMENT_NOT_FOUND
     */
    download: (tenant: TenantRef, documentId: string, actor: Actor) =>
      handOut(tenant, documentId, actor, 'content'),

    /** Records the download of a document that was found before it was known whether its bytes would be sent. */
    async noteDownload(tenant: TenantRef, { id }: Document, actor: Actor): Promise<void> {
      const { userId, onBehalfOf } = actor
      const download = { tenant, documentId: id, userId, onBehalfOf, as: 'content' as const }
      if (!downloads.again(download)) await recordDownload(download, actor)
    },

    /**
     * The bytes of a document, or a range of them. The caller reads the stream or destroys it.
     * @throws {AppError} FILE_NOT_FOUND, STORAGE_UNAVAILABLE
     */
    async read(tenant: TenantRef, document: DocumentWithFile, range?: ByteRange): Promise<Readable> {
      const bytes = await storage.of(tenant).get(document.file.s3_path, range)
      if (bytes === null) throw new AppError('FILE_NOT_FOUND')
      return bytes
    },

    /** @throws {AppError} VALIDATION_ERROR for a cursor of another filter or sort order */
    async list(tenant: TenantRef, query: DocumentQuery): Promise<Listing<Document>> {
      const { sort, counted, fields } = query
      const filter = documentFilter(query.filter)
      return listPage(query, {
        scope: { tenant: tenant.id, filter, sort },
        capped: Object.values(filter).some((value) => value !== undefined),
        isPosition: isPositionIn(sort),
        positionOf: (document) => ({ value: document[sortColumn(sort)], id: document.id }),
        load: (part) =>
          router.withTenant(tenant, (store) =>
            store.documents.list({ filter, sort, counted, fields, ...part })
          )
      })
    },

    findByExternalId,

    /** @throws {AppError} DOCUMENT_NOT_FOUND */
    async getByExternalId(tenant: TenantRef, externalId: string): Promise<DocumentWithFile> {
      const document = await findByExternalId(tenant, externalId)
      if (document === null) throw new AppError('DOCUMENT_NOT_FOUND')
      return document
    },

    /** @throws {AppError} DOCUMENT_NOT_FOUND, PRECONDITION_FAILED, EXTERNAL_ID_TAKEN, VALIDATION_ERROR */
    update: (tenant: TenantRef, documentId: string, changes: DocumentChanges, by: ChangedBy) =>
      changed(tenant, changes, (store, stored) =>
        store.documents.update(documentId, stored, { tenantId: tenant.id, ...by })
      ),

    /** The same for the document with an external id. */
    updateByExternalId: (tenant: TenantRef, externalId: string, changes: DocumentChanges, by: ChangedBy) =>
      changed(tenant, changes, (store, stored) =>
        store.documents.updateByExternalId(externalId, stored, { tenantId: tenant.id, ...by })
      ),

    /** The same for the document with an external id, if it has this file. */
    updateWithFile: (
      tenant: TenantRef,
      of: { externalId: string; fileId: string },
      changes: DocumentChanges,
      by: ChangedBy
    ) =>
      changed(tenant, changes, (store, stored) =>
        store.documents.updateWithFile(of, stored, { tenantId: tenant.id, ...by })
      ),

    /**
     * A URL that downloads the document without a token until it expires; the audit log records who got it.
     * @throws {AppError} DOCUMENT_NOT_FOUND, FILE_NOT_FOUND
     */
    async signDownload(
      tenant: TenantRef,
      documentId: string,
      disposition: Disposition,
      actor: Actor
    ): Promise<{ url: string; expires_at: string }> {
      const document = await handOut(tenant, documentId, actor, 'url')
      const expiresAt = new Date(Date.now() + downloadUrlTtl * 1000).toISOString()
      const url = await storage.of(tenant).signDownload(document.file.s3_path, {
        filename: document.filename,
        mimeType: document.mime_type,
        charset: document.charset,
        disposition,
        expiresIn: downloadUrlTtl
      })
      if (url === null) throw new AppError('FILE_NOT_FOUND')
      return { url, expires_at: expiresAt }
    },

    /**
     * Deletes the document; the worker removes the file if nothing else refers to it.
     * @throws {AppError} DOCUMENT_NOT_FOUND, PRECONDITION_FAILED
     */
    async remove(tenant: TenantRef, documentId: string, by: ChangedBy): Promise<void> {
      const removal = await change(tenant, (store) =>
        store.documents.remove(documentId, { tenantId: tenant.id, ...by })
      )
      if (removal.outcome !== 'removed') throw unchanged(removal)
    }
  }
}

const unchanged = ({ outcome }: { outcome: 'missing' | 'revised' }) =>
  new AppError(outcome === 'missing' ? 'DOCUMENT_NOT_FOUND' : 'PRECONDITION_FAILED')

/** A cursor comes from a client: its values must be comparable with the column. */
const isPositionIn = (sort: DocumentSort) =>
  sortColumn(sort) === 'filename' ? isNamePosition : isMomentPosition

function sortColumn(sort: DocumentSort): 'created_at' | 'filename' {
  return sort.endsWith('filename') ? 'filename' : 'created_at'
}
