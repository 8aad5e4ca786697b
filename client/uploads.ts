import { dataOf, type ApiClient } from './api.js'
import type { UploadSource } from './content.js'
import { toError } from './errors.js'
import { uploadResumably, type FinishedUpload, type ResumableUploadOptions } from './resumable-upload.js'
import type { RetryPolicy } from './retry.js'
import type { Send } from './send.js'

/** One of several uploads. */
export interface UploadItem extends ResumableUploadOptions {
  source: UploadSource
}

export interface UploadAllOptions {
  /** Uploads at the same time (3 by default). */
  parallel?: number
  /** Interrupts all of them. */
  signal?: AbortSignal
}

/** Resumable uploads, for large files and bad networks. */
export function createUploads(api: ApiClient, baseUrl: string, send: Send, policy: RetryPolicy) {
  const urlOf = (tenantId: string) => `${baseUrl}/api/tenants/${encodeURIComponent(tenantId)}/uploads`
  const at = (tenantId: string, uploadId: string) => ({
    params: { path: { tenant_id: tenantId, upload_id: uploadId } }
  })
  const upload = (
    tenantId: string,
    source: UploadSource,
    options: ResumableUploadOptions = {}
  ): Promise<FinishedUpload> =>
    uploadResumably({ api, send, policy, tenantId, url: urlOf(tenantId) }, source, options)

  return {
    /**
     * Uploads a Blob, a stream or, in Node, the file at a path. Resumes after broken connections and, with `uploadId`,
     * in another process.
     */
    upload,

    /**
     * Uploads several items, a few at the same time. One that fails does not stop the others.
     * @returns the outcome of each, in the order of the items
     * @throws {RangeError} if `parallel` is less than 1
     */
    async uploadAll(
      tenantId: string,
      items: readonly UploadItem[],
      { parallel = 3, signal }: UploadAllOptions = {}
    ): Promise<PromiseSettledResult<FinishedUpload>[]> {
      if (!(parallel >= 1)) throw new RangeError('parallel must be at least 1')
      const results: PromiseSettledResult<FinishedUpload>[] = []
      const waiting = items.entries()
      const work = async () => {
        for (const [index, { source, ...options }] of waiting) {
          const signals = [signal, options.signal].filter((given) => given !== undefined)
          const own = signals.length > 0 ? { ...options, signal: AbortSignal.any(signals) } : options
          const [result] = await Promise.allSettled([upload(tenantId, source, own)])
          results[index] = result
        }
      }
      await Promise.all(Array.from({ length: parallel }, work))
      return results
    },

    /** The state and progress of an upload. */
    get: (tenantId: string, uploadId: string) =>
      dataOf(api.GET('/api/tenants/{tenant_id}/uploads/{upload_id}', at(tenantId, uploadId))),

    /** Your uploads in a tenant, the newest 100. */
    list: (tenantId: string) =>
      dataOf(api.GET('/api/tenants/{tenant_id}/uploads', { params: { path: { tenant_id: tenantId } } })),

    /** Deletes an upload and the bytes that have arrived; if it has already become a document, the document stays. */
    async delete(tenantId: string, uploadId: string): Promise<void> {
      const params = { ...at(tenantId, uploadId).params, header: { 'tus-resumable': '1.0.0' } }
      const { error, response } = await api.DELETE('/api/tenants/{tenant_id}/uploads/{upload_id}', { params })
      if (!response.ok) throw toError(response, error)
    }
  }
}
