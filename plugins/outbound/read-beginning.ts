import type { Readable } from 'node:stream'

/** Maximum bytes that are read of a response, and that are kept of it. */
const READ_BYTES = 16_384
const KEPT_BYTES = 1_024
/** Milliseconds for reading them: short, since the status alone decides what happens next. */
const READ_MS = 1_000

/** The beginning of a response's body as text. Closes the connection if the body is longer, or arrives slowly. */
export async function readBeginning(body: Readable): Promise<string> {
  const chunks: Buffer[] = []
  let read = 0
  const timer = setTimeout(() => body.destroy(), READ_MS)
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      if (read < KEPT_BYTES) chunks.push(chunk.subarray(0, KEPT_BYTES - read))
      read += chunk.length
      if (read > READ_BYTES) break
    }
  } catch {
    // The body was cut off: use what has arrived.
  } finally {
    clearTimeout(timer)
  }
  // PostgreSQL text cannot hold U+0000.
  return Buffer.concat(chunks).toString('utf8').replaceAll('\0', '\uFFFD')
}
