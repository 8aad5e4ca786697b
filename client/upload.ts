import { createKey } from './api.js'
import { counted, nameOf, open, type UploadSource } from './content.js'
import { toError } from './errors.js'
import type { components } from './schema.js'
import type { Send } from './send.js'
import { canSendByXhr, sendByXhr } from './xhr.js'

/** Own data: what your product stores with a document; see the API's description. */
export type OwnData = Pick<components['schemas']['UpdateDocumentRequest'], 'metadata' | 'tags' | 'folder'> & {
  external_id?: string
}

export interface UploadOptions {
  /** Own data of the new document. Set metadata of more than 4 KiB with `patch` afterwards. */
  ownData?: OwnData
  /** The name of the document; that of a `File` or of the path by default. */
  filename?: string
  /** The type of a Blob by default. Without one, the server derives it from the content and the name. */
  mimeType?: string
  /** The same key leads to the same document. By default, the client creates one for each upload. */
  idempotencyKey?: string
  signal?: AbortSignal
  /**
   * Called with the bytes sent so far and, unless the source is a stream, the bytes in total. A retry starts from 0.
   */
  onProgress?: (sent: number, total: number | undefined) => void
}

/**
 * Uploads a document. A Blob or a file is sent again where a retry can help; a stream is sent only once.
 * @param url of the documents of a tenant
 * @throws {StrongroomError} when the server refuses it
 */
export async function upload(
  send: Send,
  url: string,
  source: UploadSource,
  { signal, onProgress, method = 'POST', ...options }: UploadOptions & { method?: 'POST' | 'PUT' }
): Promise<components['schemas']['UploadedDocument']> {
  const filename = options.filename ?? nameOf(source)
  if (filename === undefined) throw new TypeError('An upload of a Blob or a stream needs a filename')
  const content = await open(source)
  const isStream = content instanceof ReadableStream
  const type = options.mimeType ?? (isStream ? '' : content.type)
  const headers = {
    // A PUT may be repeated without a key.
    ...(method === 'POST' && { 'idempotency-key': options.idempotencyKey ?? createKey() }),
    ...(type !== '' && { 'content-type': type })
  }
  const target = `${url}?${toQuery(filename, options.ownData)}`
  const init = { method, headers, ...(signal && { signal }) }
  const report = onProgress && ((sent: number) => onProgress(sent, isStream ? undefined : content.size))
  const bodyOf = () => {
    const body = isStream ? content : content.slice(0)
    return report === undefined ? body : counted(body, report)
  }

  const response =
    content instanceof Blob && report && canSendByXhr()
      ? await send(() => new Request(target, init), {
          transport: (request) => sendByXhr(request, content, report)
        })
      : await send(() => new Request(target, { ...init, body: bodyOf(), duplex: 'half' }), {
          isRepeatable: !isStream
        })
  const answer = (await response.json().catch(() => undefined)) as
    components['schemas']['UploadedDocumentResponse'] | undefined
  if (!response.ok || answer === undefined) throw toError(response, answer)
  return answer.data
}

/** The query of an upload of raw bytes: its filename and own data. */
function toQuery(filename: string, { external_id, metadata, tags = [], folder }: OwnData = {}): string {
  const fields = [
    ['filename', filename],
    ['external_id', external_id],
    ['metadata', metadata && JSON.stringify(metadata)],
    ['folder', folder],
    ...tags.map((tag) => ['tags', tag])
  ]
  return fields
    .flatMap(([name = '', value]) => (value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`]))
    .join('&')
}
