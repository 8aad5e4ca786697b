import { randomUUID } from 'node:crypto'
import { open, unlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const READ_BYTES = 64 * 1024
const WRITE_BYTES = 256 * 1024

/** Text of any size that is written once and then read in order. */
export interface Spool {
  /** Bytes written so far. */
  readonly size: number
  write(text: string): Promise<void>
  chunks(): AsyncGenerator<Buffer, void>
  /** The lines, without their line feeds. */
  lines(): AsyncGenerator<string, void>
  close(): Promise<void>
}

/**
 * A spool in the directory for temporary files (TMPDIR). Its file is unlinked right after it is opened, so that it
 * disappears with the process, even a killed one.
 */
export async function createSpool(): Promise<Spool> {
  const path = join(tmpdir(), `strongroom-spool-${randomUUID()}`)
  const file = await open(path, 'wx+', 0o600)
  await unlink(path)
  let held = ''
  let size = 0
  let written = 0

  async function flush(): Promise<void> {
    const bytes = Buffer.from(held)
    held = ''
    for (let at = 0; at < bytes.length;) {
      const { bytesWritten } = await file.write(bytes, at, bytes.length - at, written)
      at += bytesWritten
      written += bytesWritten
    }
  }

  async function* chunks(): AsyncGenerator<Buffer, void> {
    await flush()
    for (let at = 0; at < written;) {
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(READ_BYTES), 0, READ_BYTES, at)
      if (bytesRead === 0) return
      at += bytesRead
      yield buffer.subarray(0, bytesRead)
    }
  }

  return {
    get size() {
      return size
    },
    async write(text) {
      size += Buffer.byteLength(text)
      held += text
      if (held.length >= WRITE_BYTES) await flush()
    },
    chunks,
    lines: () => linesOf(chunks(), Infinity),
    close: () => file.close()
  }
}

/**
 * The lines of a text, without their line feeds. Each line must end with one.
 * @param maxBytes of a line
 * @throws {RangeError} for a line that is longer, or has no line feed
 */
export async function* linesOf(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number
): AsyncGenerator<string, void> {
  let parts: Uint8Array[] = []
  let length = 0
  for await (const chunk of chunks) {
    let from = 0
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
      if (length + end - from > maxBytes) throw new RangeError('a line is too long')
      yield Buffer.concat([...parts, chunk.subarray(from, end)]).toString('utf8')
      parts = []
      length = 0
      from = end + 1
    }
    length += chunk.length - from
    if (length > maxBytes) throw new RangeError('a line is too long')
    if (from < chunk.length) parts.push(chunk.subarray(from))
  }
  if (length > 0) throw new RangeError('the last line has no end')
}
