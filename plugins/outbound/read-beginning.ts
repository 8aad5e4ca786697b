import type { Readable } from 'node:stream'

/** Bytes read of an answer, and kept of it. */
const READ_BYTES = 16_384
const KEPT_BYTES = 1_024
/** Milliseconds for them: the status has decided already. */
const READ_MS = 1_000

/** The beginning of an answer's body as text. Ends the connection if there is more of it, or if it comes slowly. */
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
    // Cut off: what came before counts.
  } finally {
    clearTimeout(timer)
  }
  // PostgreSQL text cannot hold U+0000.
  return Buffer.concat(chunks).toString('utf8').replaceAll('\0', '\uFFFD')
}
