import { request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import type { OurServer } from './contenders.js'
import { send } from './transfer.js'

const TUS = { 'tus-resumable': '1.0.0' }
const BYTES = { 'content-type': 'application/offset+octet-stream' }
const RETRY_MS = 500
const POLL_MS = 20

const uploadsOf = ({ url, tenant }: OurServer) => `${url}/api/tenants/${tenant.id}/uploads`

/** Creates an upload of `size` bytes. @returns its URL */
export async function createUpload(ours: OurServer, size: number): Promise<string> {
  const headers = { ...TUS, ...ours.headers, 'upload-length': String(size) }
  const metadata = `filename ${Buffer.from('large.bin').toString('base64')}`
  const response = await fetch(uploadsOf(ours), {
    method: 'POST',
    headers: { ...headers, 'upload-metadata': metadata }
  })
  if (response.status !== 201) throw new Error(`The creation was answered with ${response.status}`)
  return ours.url + String(response.headers.get('location'))
}

/**
 * Uploads `size` bytes in requests of `chunk` bytes, one after another, and waits for the document.
 * @returns its ids
 */
export async function uploadInChunks(
  ours: OurServer,
  size: number,
  chunk: number
): Promise<{ id: string; file_id: string }> {
  const url = await createUpload(ours, size)
  for (let offset = 0; offset < size;) {
    const headers = { ...TUS, ...BYTES, ...ours.headers, 'upload-offset': String(offset) }
    const bytes = Math.min(chunk, size - offset)
    const { status, text } = await send(url, bytes, headers, 'PATCH')
    if (status === 204) offset += bytes
    else if (status === 503) await delay(RETRY_MS)
    else throw new Error(`The bytes from ${offset} were answered with ${status}: ${text}`)
  }
  for (;;) {
    const { document_id, state } = await get<{ document_id: string | null; state: string }>(ours, url)
    if (document_id !== null)
      return get(ours, `${ours.url}/api/tenants/${ours.tenant.id}/documents/${document_id}`)
    if (state === 'failed') throw new Error('The upload has failed')
    await delay(POLL_MS)
  }
}

async function get<Data>(ours: OurServer, url: string): Promise<Data> {
  const response = await fetch(url, { headers: ours.headers })
  if (!response.ok) throw new Error(`${url} answered ${response.status}`)
  return ((await response.json()) as { data: Data }).data
}

const SLOW_EVERY_MS = 100

/**
 * Sends bytes of an upload slowly, beginning at a random moment so that clients are not in step with each other.
 * @returns a function that stops it
 */
export function sendSlowly(ours: OurServer, url: string, size: number, bytesPerSecond: number): () => void {
  const headers = { ...TUS, ...BYTES, ...ours.headers, 'upload-offset': '0', 'content-length': size }
  const sent = request(url, { method: 'PATCH', headers })
  // The request is broken off by us, or refused by the server because its turn does not come in time.
  sent.on('error', () => undefined).on('response', (response) => response.resume())
  const chunk = Buffer.alloc(Math.ceil((bytesPerSecond * SLOW_EVERY_MS) / 1000), 'x')
  let timer = setTimeout(() => {
    timer = setInterval(() => sent.write(chunk), SLOW_EVERY_MS)
  }, Math.random() * SLOW_EVERY_MS)
  return () => {
    clearInterval(timer)
    sent.destroy()
  }
}
