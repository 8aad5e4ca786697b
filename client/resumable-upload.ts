import { createKey, dataOf, type ApiClient } from './api.js'
import { nameOf, open, type UploadSource } from './content.js'
import { StrongroomError, toError } from './errors.js'
import { piecesOf, piecesOfStream } from './pieces.js'
import { backoff, sleep, type RetryPolicy } from './retry.js'
import type { components } from './schema.js'
import type { Send } from './send.js'
import { askPosition, createUpload, writePiece, type Position } from './tus.js'
import type { OwnData } from './upload.js'

/** Attempts in a row without progress: about two minutes. */
const RETRIES = 10
/** Bytes of a stream that are kept in memory, in case the server does not save them. */
const STREAM_PIECE = 8 * 1024 * 1024
/** Milliseconds without a byte, or an answer, after which a connection counts as broken. */
const STALL_MS = 60_000
/** Milliseconds between requests for a document that is being created. */
const POLL_MS = 2_000

export interface ResumableUploadOptions {
  /** Own data of the new document. Set metadata of more than 4 KiB with `documents.patch` afterwards. */
  ownData?: OwnData
  /** The name of the document; that of a `File` or of the path by default. */
  filename?: string
  /** The type of a Blob by default. Without one, the server derives it from the content and the name. */
  mimeType?: string
  /** The SHA-256 of the whole content, in hexadecimal; the upload fails if the server computes another. */
  sha256?: string
  /**
   * Resumes an upload that was interrupted, in this process or an earlier one. The source must be the same; a stream
   * starts at its first byte again. By default, a new upload is created.
   */
  uploadId?: string
  /** Called with the id of a new upload before the first byte is sent. Keep it for `uploadId`. */
  onUploadId?: (uploadId: string) => void | Promise<void>
  /** For a day, the same key leads to the same upload. By default, the client creates one. */
  idempotencyKey?: string
  /** The most bytes of one request, for proxies with a limit. By default, all the rest, or 8 MiB of a stream. */
  pieceSize?: number
  /** Attempts in a row without progress until the upload fails; by default 10, which take about two minutes. */
  retries?: number
  /** Interrupts the upload; you can resume it. */
  signal?: AbortSignal
  /**
   * Called with the bytes sent so far and, unless the source is a stream, the bytes in total. After a broken
   * connection, `sent` falls back to the bytes that the server has saved.
   */
  onProgress?: (sent: number, total: number | undefined) => void
}

/** A complete upload, with the id of its document. */
export type FinishedUpload = components['schemas']['ResumableUpload'] & { document_id: string }

/** Where an upload is sent. */
export interface Destination {
  api: ApiClient
  send: Send
  policy: RetryPolicy
  tenantId: string
  /** The URL of the tenant's uploads. */
  url: string
}

/**
 * Uploads in pieces, and resumes after broken connections and restarts of the server.
 * @throws {StrongroomError} when the server refuses it; its code may be that of a failed upload
 */
export async function uploadResumably(
  { api, send, policy, tenantId, url }: Destination,
  source: UploadSource,
  { retries = RETRIES, signal, onProgress, onUploadId, ...options }: ResumableUploadOptions
): Promise<FinishedUpload> {
  const filename = options.filename ?? nameOf(source)
  if (filename === undefined) throw new TypeError('An upload of a Blob or a stream needs a filename')
  const content = source instanceof ReadableStream ? source : await open(source)
  const isStream = content instanceof ReadableStream
  const pieces = isStream
    ? piecesOfStream(content, options.pieceSize ?? STREAM_PIECE)
    : piecesOf(content, options.pieceSize)

  const uploadId = options.uploadId ?? (await create())
  const at = `${url}/${encodeURIComponent(uploadId)}`
  const ask = () => {
    const params = { path: { tenant_id: tenantId, upload_id: uploadId } }
    return dataOf(
      api.GET('/api/tenants/{tenant_id}/uploads/{upload_id}', { params, ...(signal && { signal }) })
    )
  }

  async function create(): Promise<string> {
    const type = isStream ? '' : content.type
    const { metadata, tags, ...texts } = options.ownData ?? {}
    const created = await createUpload(send, url, {
      length: pieces.size,
      metadata: {
        filename,
        mime_type: options.mimeType,
        filetype: type || undefined,
        sha256: options.sha256,
        ...texts,
        metadata: metadata && JSON.stringify(metadata),
        tags: tags && JSON.stringify(tags)
      },
      idempotencyKey: options.idempotencyKey ?? createKey(),
      signal
    })
    await onUploadId?.(created)
    return created
  }

  /** Asks the server how many bytes it has saved. */
  async function position(): Promise<Position> {
    const { response, position } = await askPosition(send, at, signal)
    if (position !== undefined) {
      refuseOther(position)
      return position
    }
    // A HEAD does not say why it was refused.
    const { state, offset, length, expires_at: expiresAt } = await ask()
    if (state !== 'open' || offset === length) return { offset, length: offset }
    if (response.status !== 410) throw toError(response, undefined)
    const message = `The upload expired at ${String(expiresAt)}; start it again`
    throw toError(response, { error: { code: 'UPLOAD_GONE', message } })
  }

  function refuseOther({ length }: Position): void {
    if (pieces.size !== undefined && length !== undefined && length !== pieces.size)
      throw new Error(`The upload has ${length} bytes, but the source has ${pieces.size}`)
  }

  /** Sends the next piece; breaks the connection off if no byte moves for a while. */
  async function write({ offset }: Position): Promise<Position> {
    const stalled = new AbortController()
    const stall = () => stalled.abort(new TypeError('The connection stalled'))
    let timer = setTimeout(stall, STALL_MS)
    const report = (sent: number) => {
      clearTimeout(timer)
      timer = setTimeout(stall, STALL_MS)
      onProgress?.(offset + sent, pieces.size)
    }
    const ends = signal ? AbortSignal.any([signal, stalled.signal]) : stalled.signal
    try {
      const piece = await pieces.from(offset)
      report(0)
      return await writePiece(send, at, offset, piece, ends, report)
    } finally {
      clearTimeout(timer)
    }
  }

  /** Waits for the document. The server may create it after the last byte, which takes as long as reading the file. */
  async function finished(): Promise<FinishedUpload> {
    for (;;) {
      const upload = await ask()
      const { state, error: code, document_id } = upload
      if (state === 'done' && document_id !== null) return { ...upload, document_id }
      if (state === 'failed' || state === 'done') throw failed(code ?? 'UPLOAD_GONE')
      await sleep(POLL_MS, signal ?? new AbortController().signal)
    }
  }

  async function transfer(): Promise<FinishedUpload> {
    let furthest = 0
    let failures = 0
    for (let now: Position | undefined; ;) {
      try {
        now ??= await position()
        if (now.offset > furthest) failures = 0
        furthest = Math.max(furthest, now.offset)
        if (now.offset === now.length) return await finished()
        now = await write(now)
      } catch (error) {
        signal?.throwIfAborted()
        if (!isStream && content.failure) throw content.failure
        const delay = failures < retries ? delayAfter(error, failures++, policy.maxRetryDelay) : undefined
        if (delay === undefined) throw error
        await sleep(delay, signal ?? new AbortController().signal)
        now = undefined
      }
    }
  }

  try {
    return await transfer()
  } finally {
    // A stream that has failed fails again here.
    await pieces.close().catch(() => undefined)
  }
}

/** The server has another offset, or another request is writing. Asking for the offset tells where to resume. */
const ELSEWHERE = new Set([409, 423])
const PASSING = new Set([500, 502, 503, 504])

/** Milliseconds until the next attempt; undefined if none can help. */
function delayAfter(error: unknown, failures: number, max: number): number | undefined {
  if (error instanceof TypeError) return backoff(failures, max)
  if (!(error instanceof StrongroomError)) return undefined
  const { status, code, retryAfter } = error
  if (code === 'TOKEN_EXPIRED') return 0
  if (retryAfter !== undefined) return retryAfter * 1000 <= max ? retryAfter * 1000 : undefined
  return ELSEWHERE.has(status) || PASSING.has(status) ? backoff(failures, max) : undefined
}

/** The error of an upload that was complete but did not become a document. */
function failed(code: string): StrongroomError {
  return new StrongroomError({
    code,
    message: `The upload arrived completely, but the server refused it: ${code}`,
    status: 200,
    details: [],
    requestId: undefined,
    retryAfter: undefined,
    oldestCursor: undefined,
    documentationUrl: undefined
  })
}
