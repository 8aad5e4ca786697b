import { randomBytes } from 'node:crypto'
import { request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'

const MIB = 1024 ** 2
const CHUNK = MIB / 4

/** Generates bytes as they are sent, different ones for every upload. */
async function* content(size: number): AsyncGenerator<Buffer> {
  const mark = randomBytes(8)
  for (let sent = 0; sent < size; sent += CHUNK) {
    const chunk = Buffer.alloc(Math.min(CHUNK, size - sent), mark)
    chunk.writeUInt32LE(sent / CHUNK)
    yield chunk
  }
}

/** Sends `size` bytes. @returns the answer */
export async function send(
  url: string,
  size: number,
  headers: Record<string, string>,
  method: 'POST' | 'PATCH' = 'POST'
): Promise<{ status: number; text: string }> {
  const sent = request(url, { method, headers: { ...headers, 'content-length': size } })
  let answered = false as boolean
  const answer = new Promise<{ status: number; text: string }>((resolve, reject) => {
    sent.on('error', (error) => (answered ? undefined : reject(error)))
    sent.on('response', (response) => {
      answered = true
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => (text += part))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
    })
  })
  for await (const chunk of content(size)) {
    if (sent.write(chunk)) continue
    // A refused upload need not send the rest.
    await Promise.race([new Promise((resolve) => sent.once('drain', resolve)), answer])
    if (answered) break
  }
  sent.end()
  return answer
}

/** Uploads a document of `size` bytes, and retries while the server is busy. @returns its ids */
export async function uploadDocument(
  base: string,
  size: number,
  headers: Record<string, string>
): Promise<{ id: string; file_id: string }> {
  const { status, text } = await send(`${base}/documents?filename=large.bin`, size, headers)
  if (status === 503) {
    await delay(1_000)
    return uploadDocument(base, size, headers)
  }
  if (status !== 201) throw new Error(`The upload was answered with ${status}: ${text}`)
  return (JSON.parse(text) as { data: { id: string; file_id: string } }).data
}

export async function removeDocument(
  base: string,
  { id, file_id }: { id: string; file_id: string },
  headers: Record<string, string>
): Promise<void> {
  for (const path of [`documents/${id}`, `files/${file_id}`])
    await fetch(`${base}/${path}`, { method: 'DELETE', headers })
}

/** Reads an answer to its end and discards it. @returns its number of bytes */
export function receive(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    request(url, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${url} answered ${response.statusCode}`))
      let bytes = 0
      response.on('data', (chunk: Buffer) => (bytes += chunk.length))
      response.on('end', () => resolve(bytes))
      response.on('error', reject)
    })
      .on('error', reject)
      .end()
  })
}
