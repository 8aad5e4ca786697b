import { hkdfSync } from 'node:crypto'
import type { Secrets } from '../core/config/config.js'

/**
 * Derives separate keys for each purpose (HKDF with SHA-256, RFC 5869), so that a signature made for one purpose is
 * never valid for another. Sign with the first key; accept signatures made with any of them.
 */
export function deriveKeys(secrets: Secrets, purpose: string): [Buffer, ...Buffer[]] {
  const toKey = (secret: string) => Buffer.from(hkdfSync('sha256', secret, '', purpose, 32))
  const [current, previous] = secrets
  return previous === undefined ? [toKey(current)] : [toKey(current), toKey(previous)]
}
