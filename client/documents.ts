import { bodyOf, dataOf, type ApiClient } from './api.js'
import type { UploadSource } from './content.js'
import { download, type Download } from './download.js'
import { ifMatchHeader, type ChangeOptions } from './if-match.js'
import { byCursor } from './pages.js'
import type { RetryPolicy } from './retry.js'
import type { components, operations } from './schema.js'
import type { Send } from './send.js'
import { upload, type OwnData, type UploadOptions } from './upload.js'

type Schemas = components['schemas']
/** The external id is an argument of `put`, and repeating a PUT needs no key. */
export type PutOptions = Omit<UploadOptions, 'idempotencyKey' | 'ownData'> & {
  ownData?: Omit<OwnData, 'external_id'>
}
type ListQuery = Omit<NonNullable<operations['listDocuments']['parameters']['query']>, 'page' | 'cursor'>

export function createDocuments(api: ApiClient, baseUrl: string, send: Send, policy: RetryPolicy) {
  const urlOf = (tenantId: string) => `${baseUrl}/api/tenants/${encodeURIComponent(tenantId)}/documents`
  const at = (tenantId: string, documentId: string) => ({
    params: { path: { tenant_id: tenantId, document_id: documentId } }
  })
  const changeAt = (tenantId: string, documentId: string, options: ChangeOptions = {}) => ({
    params: { ...at(tenantId, documentId).params, header: ifMatchHeader(options) }
  })
  return {
    /** The documents of a tenant that match, one by one; each request fetches `per_page` of them. */
    list: (tenantId: string, query: ListQuery = {}) =>
      byCursor((position) =>
        api.GET('/api/tenants/{tenant_id}/documents', {
          params: { path: { tenant_id: tenantId }, query: { ...query, ...position } }
        })
      ),

    get: (tenantId: string, documentId: string) =>
      dataOf(api.GET('/api/tenants/{tenant_id}/documents/{document_id}', at(tenantId, documentId))),

    /** Uploads a Blob, a stream or, in Node, the file at a path. */
    upload: (tenantId: string, source: UploadSource, options: UploadOptions = {}) =>
      upload(send, urlOf(tenantId), source, options),

    /** The content of a document as a stream, which resumes after a broken connection. */
    download: (tenantId: string, documentId: string, signal?: AbortSignal): Promise<Download> =>
      download(send, `${urlOf(tenantId)}/${encodeURIComponent(documentId)}/content`, policy, signal),

    /** A URL of the content, for browsers: it works without a token until it expires. */
    downloadUrl: (
      tenantId: string,
      documentId: string,
      query: NonNullable<operations['createDownloadUrl']['parameters']['query']> = {}
    ) =>
      dataOf(
        api.POST('/api/tenants/{tenant_id}/documents/{document_id}/download-url', {
          params: { ...at(tenantId, documentId).params, query }
        })
      ),

    update: (
      tenantId: string,
      documentId: string,
      body: Schemas['UpdateDocumentRequest'],
      options?: ChangeOptions
    ) =>
      dataOf(
        api.PUT('/api/tenants/{tenant_id}/documents/{document_id}', {
          ...changeAt(tenantId, documentId, options),
          body
        })
      ),

    /** Changes parts of a document by a merge patch: null removes a value; fields that you leave out stay. */
    patch: (
      tenantId: string,
      documentId: string,
      body: Schemas['PatchDocumentRequest'],
      options?: ChangeOptions
    ) =>
      dataOf(
        api.PATCH('/api/tenants/{tenant_id}/documents/{document_id}', {
          ...changeAt(tenantId, documentId, options),
          body
        })
      ),

    /** The document that has an external id. */
    getByExternalId: (tenantId: string, externalId: string) =>
      dataOf(
        api.GET('/api/tenants/{tenant_id}/documents/by-external-id/{external_id}', {
          params: { path: { tenant_id: tenantId, external_id: externalId } }
        })
      ),

    /**
     * Creates the document with this external id. If one exists with the same content, it gets this name, type and own
     * data. Safe to repeat.
     */
    put: (
      tenantId: string,
      externalId: string,
      source: UploadSource,
      { ownData, ...options }: PutOptions = {}
    ) =>
      upload(send, `${urlOf(tenantId)}/by-external-id/${encodeURIComponent(externalId)}`, source, {
        ...options,
        ...(ownData && { ownData }),
        method: 'PUT'
      }),

    /** Changes or deletes up to 1,000 documents at once. @returns the outcome of each */
    bulk: async (tenantId: string, body: Schemas['BulkRequest']): Promise<Schemas['BulkResult'][]> =>
      (
        await dataOf(
          api.POST('/api/tenants/{tenant_id}/documents/bulk', {
            params: { path: { tenant_id: tenantId } },
            body
          })
        )
      ).results,

    async delete(tenantId: string, documentId: string, options?: ChangeOptions): Promise<void> {
      await bodyOf(
        api.DELETE(
          '/api/tenants/{tenant_id}/documents/{document_id}',
          changeAt(tenantId, documentId, options)
        )
      )
    }
  }
}
