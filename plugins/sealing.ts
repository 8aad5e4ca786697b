import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { Secrets } from '../core/config/config.js'
import { deriveKeys } from './derived-keys.js'

const ALGORITHM = 'aes-256-gcm'
/** Bytes (NIST SP 800-38D §8.2.2). */
const IV_BYTES = 12
const TAG_BYTES = 16

export type Sealing = ReturnType<typeof createSealing>

/**
 * Encrypts texts for storage. Each text is bound to its owner, so that it cannot be moved to another row.
 * @param secrets the first encrypts; texts encrypted with the others can still be read
 */
export function createSealing(secrets: Secrets, purpose: string) {
  const keys = deriveKeys(secrets, purpose)

  function open(key: Buffer, sealed: Buffer, owner: string): string {
    const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(0, IV_BYTES))
    decipher.setAAD(Buffer.from(owner))
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
    const text = decipher.update(sealed.subarray(IV_BYTES, -TAG_BYTES))
    return Buffer.concat([text, decipher.final()]).toString()
  }

  return {
    /** @param owner what the text belongs to, such as the row's id */
    seal(text: string, owner: string): Buffer {
      const iv = randomBytes(IV_BYTES)
      const cipher = createCipheriv(ALGORITHM, keys[0], iv).setAAD(Buffer.from(owner))
      return Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
    },
    /**
     * @returns the text, and whether it should be sealed again because its key is not the current one
     * @throws {Error} if no key opens it
     */
    unseal(sealed: Buffer, owner: string): { text: string; isOld: boolean } {
      const [current, ...older] = keys
      try {
        return { text: open(current, sealed, owner), isOld: false }
      } catch (error) {
        for (const key of older) return { text: open(key, sealed, owner), isOld: true }
        throw error
      }
    }
  }
}
