import type { Readable } from 'node:stream'
import type { DocumentFilter, DocumentSort } from '../../../db/tenant/documents-repository.js'
import type { Actor } from '../../../db/actor.js'
import type { Document, DocumentWithFile } from '../../../db/tenant/rows.js'
import type { Outboxes } from '../../../plugins/messaging/outboxes.js'
import type { ByteRange, Disposition, ObjectStorage } from '../../../plugins/storage/object-storage.js'
import type { TenancyAdapter, TenantRef } from '../../../plugins/tenancy/adapter.js'
import { AppError } from '../../../core/errors.js'
import { isMomentPosition, isNamePosition, listPage, type Listing, type ListQuery } from '../lists/listing.js'

export interface DocumentServiceDependencies {
  tenancy: TenancyAdapter
  storage: ObjectStorage
  outboxes: Outboxes
  /** Seconds that a download URL works. */
  downloadUrlTtl: number
}

export interface DocumentQuery extends ListQuery {
  filter: DocumentFilter
  sort: DocumentSort
}

export type DocumentService = ReturnType<typeof createDocumentService>

export function createDocumentService({
  tenancy,
  storage,
  outboxes,
  downloadUrlTtl
}: DocumentServiceDependencies) {
  async function get(tenant: TenantRef, documentId: string): Promise<DocumentWithFile> {
    const document = await tenancy.withTenant(tenant, (store) => store.documents.findById(documentId))
    if (document === null) throw new AppError('DOCUMENT_NOT_FOUND')
    return document
  }

  async function handOut(
    tenant: TenantRef,
    documentId: string,
    actor: Actor,
    as: 'url' | 'content'
  ): Promise<DocumentWithFile> {
    const document = await outboxes.record(tenant.id, () =>
      tenancy.withTenant(tenant, (store) =>
        store.documents.recordDownload(documentId, as, { tenantId: tenant.id, actor })
      )
    )
    if (document === null) throw new AppError('DOCUMENT_NOT_FOUND')
    return document
  }

  return {
    /** @throws {AppError} DOCUMENT_NOT_FOUND */
    get,

    /**
     * A document whose bytes the caller is about to send, which the audit then says.
     * @throws {AppError} DOCUMENT_NOT_FOUND
     */
    download: (tenant: TenantRef, documentId: string, actor: Actor) =>
      handOut(tenant, documentId, actor, 'content'),

    /**
     * The bytes of a document, or a range of them. The caller reads the stream or destroys it.
     * @throws {AppError} FILE_NOT_FOUND, STORAGE_UNAVAILABLE
     */
    async read(document: DocumentWithFile, range?: ByteRange): Promise<Readable> {
      const bytes = await storage.get(document.file.s3_path, range)
      if (bytes === null) throw new AppError('FILE_NOT_FOUND')
      return bytes
    },

    /** @throws {AppError} VALIDATION_ERROR for a cursor that was not made for this filter and sort */
    async list(tenant: TenantRef, query: DocumentQuery): Promise<Listing<Document>> {
      const { filter, sort } = query
      return listPage(query, {
        scope: { tenant: tenant.id, filter, sort },
        filtered: Object.values(filter).some((value) => value !== undefined),
        isPosition: isPositionIn(sort),
        positionOf: (document) => ({ value: document[sortColumn(sort)], id: document.id }),
        load: (part) => tenancy.withTenant(tenant, (store) => store.documents.list({ filter, sort, ...part }))
      })
    },

    /** @throws {AppError} DOCUMENT_NOT_FOUND */
    async update(
      tenant: TenantRef,
      documentId: string,
      changes: { filename?: string; mime_type?: string },
      actor: Actor
    ): Promise<DocumentWithFile> {
      const updated = await outboxes.record(tenant.id, () =>
        tenancy.withTenant(tenant, (store) =>
          store.documents.update(
            documentId,
            { filename: changes.filename?.trim(), mime_type: changes.mime_type?.toLowerCase() },
            { tenantId: tenant.id, actor }
          )
        )
      )
      if (updated === null) throw new AppError('DOCUMENT_NOT_FOUND')
      return updated
    },

    /**
     * A URL that downloads the document without a token until it expires; the audit says who got it.
     * @throws {AppError} DOCUMENT_NOT_FOUND
     */
    async signDownload(
      tenant: TenantRef,
      documentId: string,
      disposition: Disposition,
      actor: Actor
    ): Promise<{ url: string; expires_at: string }> {
      const document = await handOut(tenant, documentId, actor, 'url')
      const expiresAt = new Date(Date.now() + downloadUrlTtl * 1000).toISOString()
      const url = await storage.signDownload(document.file.s3_path, {
        filename: document.filename,
        mimeType: document.mime_type,
        charset: document.charset,
        disposition,
        expiresIn: downloadUrlTtl
      })
      return { url, expires_at: expiresAt }
    },

    /**
     * Deletes the document; the worker removes the file when nothing else refers to it.
     * @throws {AppError} DOCUMENT_NOT_FOUND
     */
    async remove(tenant: TenantRef, documentId: string, actor: Actor): Promise<void> {
      const removed = await outboxes.record(tenant.id, () =>
        tenancy.withTenant(tenant, (store) =>
          store.documents.remove(documentId, { tenantId: tenant.id, actor })
        )
      )
      if (!removed) throw new AppError('DOCUMENT_NOT_FOUND')
    }
  }
}

/** A cursor comes from outside: what it says must be fit to be compared with the column. */
const isPositionIn = (sort: DocumentSort) =>
  sortColumn(sort) === 'filename' ? isNamePosition : isMomentPosition

function sortColumn(sort: DocumentSort): 'created_at' | 'filename' {
  return sort.endsWith('filename') ? 'filename' : 'created_at'
}
