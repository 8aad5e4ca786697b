import { hkdfSync } from 'node:crypto'
import type { Secrets } from '../core/config/config.js'

/**
 * A separate key for each purpose (HKDF with SHA-256, RFC 5869), so that no signature made for one can pass for
 * another's. The first signs; signatures made with the others are accepted too.
 */
export function deriveKeys(secrets: Secrets, purpose: string): [Buffer, ...Buffer[]] {
  const toKey = (secret: string) => Buffer.from(hkdfSync('sha256', secret, '', purpose, 32))
  const [current, previous] = secrets
  return previous === undefined ? [toKey(current)] : [toKey(current), toKey(previous)]
}
