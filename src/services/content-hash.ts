import { createHash } from 'node:crypto'
import type { ContentIdentity } from '../../db/tenant/uploads-repository.js'

/** Counts and hashes bytes as they pass. */
export function createContentHash() {
  const md5 = createHash('md5')
  const sha256 = createHash('sha256')
  let fileSize = 0
  return {
    update(chunk: Buffer): void {
      fileSize += chunk.length
      md5.update(chunk)
      sha256.update(chunk)
    },
    get fileSize(): number {
      return fileSize
    },
    /** Call it once, when all bytes have passed. */
    digest(): ContentIdentity {
      return { md5Hash: md5.digest('hex'), sha256: sha256.digest('hex'), fileSize }
    }
  }
}
