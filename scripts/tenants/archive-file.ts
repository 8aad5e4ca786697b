import { open } from 'node:fs/promises'
import { codeOf } from '../../db/error-codes.js'
import { UsageError } from '../operator/run.js'

/** Bytes per read. */
const CHUNK = 1024 * 1024

export interface ArchiveFile {
  /** Bytes. */
  size: number
  /** Whether it can be read again; a pipe cannot. */
  isRepeatable: boolean
  /** Reads from the beginning. */
  read(): AsyncIterable<Buffer>
}

/** @throws {UsageError} if the file cannot be read */
export async function openArchive(path: string): Promise<ArchiveFile> {
  try {
    const file = await open(path)
    const stats = await file.stat()
    if (stats.isDirectory()) throw new UsageError(`${path} is a folder.`)
    const isRepeatable = stats.isFile()
    const from = isRepeatable ? { start: 0, autoClose: false } : {}
    return {
      ...{ size: stats.size, isRepeatable },
      read: () => file.createReadStream({ highWaterMark: CHUNK, ...from }) as AsyncIterable<Buffer>
    }
  } catch (error) {
    const code = codeOf(error)
    if (code === undefined) throw error
    throw new UsageError(`${path} cannot be read (${code}).`)
  }
}
