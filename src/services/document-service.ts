import { Type } from '@sinclair/typebox'
import { TypeCompiler } from '@sinclair/typebox/compiler'
import {
  COUNT_CAP,
  type DocumentFilter,
  type DocumentPosition,
  type DocumentSort
} from '../../db/tenant/documents-repository.js'
import type { Document, DocumentWithFile } from '../../db/tenant/rows.js'
import type { Outboxes } from '../../plugins/messaging/outboxes.js'
import type { Disposition, ObjectStorage } from '../../plugins/storage/object-storage.js'
import type { TenancyAdapter, TenantRef } from '../../plugins/tenancy/adapter.js'
import { AppError } from '../errors.js'
import { Id, Moment, NO_NUL } from '../schemas/formats.js'
import { decodeCursor, encodeCursor } from './cursor.js'

export interface DocumentServiceDependencies {
  tenancy: TenancyAdapter
  storage: ObjectStorage
  outboxes: Outboxes
  /** Seconds that a download URL works. */
  downloadUrlTtl: number
}

export interface DocumentQuery {
  filter: DocumentFilter
  sort: DocumentSort
  page: number
  perPage: number
  cursor?: string | undefined
}

export interface DocumentList {
  items: Document[]
  total: number
  /** True when more match than were counted. */
  totalCapped: boolean
  nextCursor: string | null
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

  return {
    /** @throws {AppError} DOCUMENT_NOT_FOUND */
    get,

    /** @throws {AppError} VALIDATION_ERROR for a cursor that was not made for this filter and sort */
    async list(tenant: TenantRef, query: DocumentQuery): Promise<DocumentList> {
      const { filter, sort, perPage } = query
      const scope = { tenant: tenant.id, filter, sort }
      const start =
        query.cursor === undefined
          ? { offset: (query.page - 1) * perPage }
          : { after: decodeCursor(query.cursor, scope, isPositionIn(sort)) }
      // One more than asked for tells whether there is a next page.
      const found = await tenancy.withTenant(tenant, (store) =>
        store.documents.list({ filter, sort, limit: perPage + 1, start })
      )
      const items = found.items.slice(0, perPage)
      const last = items.at(-1)
      const more = found.items.length > perPage && last !== undefined
      const filtered = Object.values(filter).some((value) => value !== undefined)
      const totalCapped = filtered && found.total > COUNT_CAP
      return {
        items,
        total: totalCapped ? COUNT_CAP : found.total,
        totalCapped,
        nextCursor: more ? encodeCursor({ value: last[sortColumn(sort)], id: last.id }, scope) : null
      }
    },

    /** @throws {AppError} DOCUMENT_NOT_FOUND */
    async update(
      tenant: TenantRef,
      documentId: string,
      changes: { filename?: string; mime_type?: string },
      userId: string
    ): Promise<DocumentWithFile> {
      const updated = await outboxes.record(tenant.id, () =>
        tenancy.withTenant(tenant, (store) =>
          store.documents.update(
            documentId,
            { filename: changes.filename?.trim(), mime_type: changes.mime_type },
            { tenantId: tenant.id, userId }
          )
        )
      )
      if (updated === null) throw new AppError('DOCUMENT_NOT_FOUND')
      return updated
    },

    /**
     * A URL that downloads the document without a token until it expires.
     * @throws {AppError} DOCUMENT_NOT_FOUND
     */
    async signDownload(
      tenant: TenantRef,
      documentId: string,
      disposition: Disposition
    ): Promise<{ url: string; expires_at: string }> {
      const document = await get(tenant, documentId)
      const expiresAt = new Date(Date.now() + downloadUrlTtl * 1000).toISOString()
      const url = await storage.signDownload(document.file.s3_path, {
        filename: document.filename,
        mimeType: document.mime_type,
        disposition,
        expiresIn: downloadUrlTtl
      })
      return { url, expires_at: expiresAt }
    },

    /**
     * Deletes the document; the worker removes the file when nothing else refers to it.
     * @throws {AppError} DOCUMENT_NOT_FOUND
     */
    async remove(tenant: TenantRef, documentId: string, userId: string): Promise<void> {
      const removed = await outboxes.record(tenant.id, () =>
        tenancy.withTenant(tenant, (store) =>
          store.documents.remove(documentId, { tenantId: tenant.id, userId })
        )
      )
      if (!removed) throw new AppError('DOCUMENT_NOT_FOUND')
    }
  }
}

const Position = { id: Id, value: Type.String({ pattern: NO_NUL }) }
const positions = {
  filename: TypeCompiler.Compile(Type.Object(Position)),
  created_at: TypeCompiler.Compile(Type.Object({ ...Position, value: Moment }))
}

/** A cursor comes from outside: what it says must be fit to be compared with the column. */
function isPositionIn(sort: DocumentSort) {
  const position = positions[sortColumn(sort)]
  return (value: unknown): value is DocumentPosition => position.Check(value)
}

function sortColumn(sort: DocumentSort): 'created_at' | 'filename' {
  return sort.endsWith('filename') ? 'filename' : 'created_at'
}
