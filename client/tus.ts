import { toError } from './errors.js'
import type { Send } from './send.js'
import { canSendByXhr, sendByXhr } from './xhr.js'
import { counted } from './content.js'
import type { Piece } from './pieces.js'

/** The requests of tus 1.0, https://tus.io/protocols/resumable-upload */
const TUS = { 'tus-resumable': '1.0.0' }

/** The position of an upload. */
export interface Position {
  /** Bytes that the server has saved. */
  offset: number
  /** Bytes of the whole content; undefined if the server does not know it yet. */
  length: number | undefined
}

/** What creates an upload, before its first byte. */
export interface Creation {
  /** Bytes; undefined if only the last request states it. */
  length: number | undefined
  metadata: Record<string, string | undefined>
  idempotencyKey: string
  signal: AbortSignal | undefined
}

/** @returns the id of the upload. @throws {StrongroomError} when the server refuses it */
export async function createUpload(
  send: Send,
  url: string,
  { length, metadata, idempotencyKey, signal }: Creation
): Promise<string> {
  const headers = {
    ...TUS,
    ...(length === undefined ? { 'upload-defer-length': '1' } : { 'upload-length': String(length) }),
    'upload-metadata': encode(metadata),
    'idempotency-key': idempotencyKey
  }
  const response = await send(() => new Request(url, { method: 'POST', headers, ...(signal && { signal }) }))
  const id = response.headers.get('location')?.split('/').at(-1)
  if (response.status === 201 && id !== undefined) return id
  throw toError(response, await response.json().catch(() => undefined))
}

/** Sends a HEAD, whose answer has no body. @returns the position only if the answer is a success */
export async function askPosition(
  send: Send,
  url: string,
  signal: AbortSignal | undefined
): Promise<{ response: Response; position: Position | undefined }> {
  const init = { method: 'HEAD', headers: TUS, ...(signal && { signal }) }
  const response = await send(() => new Request(url, init))
  return { response, position: response.ok ? positionIn(response) : undefined }
}

/**
 * Sends bytes from a position, once.
 * @param report called with the bytes sent
 * @returns the position of the upload afterwards
 * @throws {StrongroomError} when the server refuses it; a TypeError if the connection failed
 */
export async function writePiece(
  send: Send,
  url: string,
  offset: number,
  { body, total }: Piece,
  signal: AbortSignal,
  report: (sent: number) => void
): Promise<Position> {
  const headers = {
    ...TUS,
    'content-type': 'application/offset+octet-stream',
    'upload-offset': String(offset),
    ...(total !== undefined && { 'upload-length': String(total) })
  }
  const init = { method: 'PATCH', headers, signal }
  const response =
    body instanceof Blob && canSendByXhr()
      ? await send(() => new Request(url, init), {
          transport: (request) => sendByXhr(request, body, report)
        })
      : await send(() => new Request(url, { ...init, body: counted(body, report), duplex: 'half' }), {
          isRepeatable: false
        })
  if (!response.ok) throw toError(response, await response.json().catch(() => undefined))
  return { ...positionIn(response), length: total }
}

function positionIn({ headers }: Response): Position {
  const length = headers.get('upload-length')
  const offset = Number(headers.get('upload-offset') ?? NaN)
  if (!Number.isSafeInteger(offset))
    throw new Error('A proxy has removed the Upload-Offset header of an answer')
  return { offset, length: length === null ? undefined : Number(length) }
}

/** Upload-Metadata: pairs of a key and a value in Base64. */
function encode(metadata: Record<string, string | undefined>): string {
  return Object.entries(metadata)
    .filter((pair): pair is [string, string] => pair[1] !== undefined)
    .map(([key, value]) => `${key} ${toBase64(value)}`)
    .join(',')
}

const toBase64 = (text: string) =>
  btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(''))
