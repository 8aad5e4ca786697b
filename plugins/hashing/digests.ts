import { createHash } from 'node:crypto'
import type { ContentIdentity } from '../../db/tenant/uploads-repository.js'

/** Counts and hashes bytes as they pass, in the thread that calls it. */
export function createDigests() {
  const md5 = createHash('md5')
  const sha256 = createHash('sha256')
  let fileSize = 0
  return {
    update(bytes: Uint8Array): void {
      fileSize += bytes.length
      md5.update(bytes)
      sha256.update(bytes)
    },
    /** Call this once, after all bytes. */
    digest(): ContentIdentity {
      return { md5Hash: md5.digest('hex'), sha256: sha256.digest('hex'), fileSize }
    }
  }
}
