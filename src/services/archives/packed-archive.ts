import { createHash } from 'node:crypto'
import { pipeline } from 'node:stream/promises'
import { pack } from 'tar-stream'
import { PART_BYTES, partName, sumLine, type ArchiveTable } from './format.js'
import type { Spool } from './spool.js'

export type PackedArchive = ReturnType<typeof createPackedArchive>

/** Bytes. Sizes from here on do not fit the size field of ustar. */
const PAX_SIZE = 8 * 1024 ** 3

/**
 * A tar that is read while it is written, in constant memory: the writer waits for the reader.
 * @param sums receives a line per entry
 */
export function createPackedArchive(sums: Spool, mtime: Date) {
  const tar = pack()
  const total = { bytes: 0, hash: createHash('sha256') }

  async function* chunks(): AsyncGenerator<Buffer, void> {
    for await (const chunk of tar as AsyncIterable<Buffer>) {
      total.bytes += chunk.length
      total.hash.update(chunk)
      yield chunk
    }
  }

  /** @returns the SHA-256 of the content */
  async function add(name: string, size: number, content: AsyncIterable<Buffer>): Promise<string> {
    const hash = createHash('sha256')
    const hashed = async function* () {
      for await (const chunk of content) {
        hash.update(chunk)
        yield chunk
      }
    }
    const pax = size >= PAX_SIZE ? { pax: { size: String(size) } } : {}
    await pipeline(hashed, tar.entry({ name, size, mode: 0o600, mtime, ...pax }))
    const digest = hash.digest('hex')
    await sums.write(sumLine(digest, name))
    return digest
  }

  return {
    /** The bytes of the archive; can be read once. */
    chunks,
    add,
    async addBytes(name: string, bytes: Buffer): Promise<string> {
      return add(name, bytes.length, one(bytes))
    },
    /** Adds rows in parts of at most 8 MiB. @returns the number of rows */
    async addTable(table: ArchiveTable, lines: AsyncIterable<string>): Promise<number> {
      let [rows, parts, bytes] = [0, 0, 0]
      let held: Buffer[] = []
      const addPart = () => add(partName(table, ++parts), bytes, each(held))
      for await (const line of lines) {
        const row = Buffer.from(`${line}\n`)
        if (bytes > 0 && bytes + row.length > PART_BYTES) {
          await addPart()
          held = []
          bytes = 0
        }
        held.push(row)
        bytes += row.length
        rows += 1
      }
      if (bytes > 0) await addPart()
      return rows
    },
    finalize: () => tar.finalize(),
    /** Ends reading and writing. */
    destroy(error: Error): void {
      tar.destroy(error)
    },
    /** Bytes and SHA-256 of what has been read: of the whole archive, once it is read to its end. */
    digest: () => ({ fileSize: total.bytes, sha256: total.hash.digest('hex') })
  }
}

async function* one(bytes: Buffer): AsyncGenerator<Buffer, void> {
  yield bytes
}
async function* each(buffers: Buffer[]): AsyncGenerator<Buffer, void> {
  // In pieces of the usual size of stream chunks, not 8 MiB at once.
  const joined = Buffer.concat(buffers)
  for (let at = 0; at < joined.length; at += 65_536) yield joined.subarray(at, at + 65_536)
}
