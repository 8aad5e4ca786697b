import { LRUCache } from 'lru-cache'
import { parseApiKey, type ParsedKey } from '../../core/api-key.js'
import { AppError } from '../../core/errors.js'
import type { Access } from '../access/access.js'
import type { Identity } from './access-tokens.js'

/** Where a request comes from. Both are getters, since most requests need neither. */
export interface KeySender {
  /** A valid IP address. */
  readonly clientAddress: string
  /** What counts as one sender in fair lines. */
  readonly sender: string
}

/**
 * Maximum number of cached keys. The least recently used are evicted; a request with an evicted one hashes it again.
 */
const VERIFIED_KEYS = 10_000

/**
 * Verifies keys of service accounts. Expiry and network are checked on every request; the rest comes from the access
 * cache while that is certain to be current.
 */
export function createApiKeys(access: Pick<Access, 'findKey'>) {
  /** Complete keys that were found valid, so that they need not be hashed again. */
  const verified = new LRUCache<string, ParsedKey>({ max: VERIFIED_KEYS })

  /** @throws {AppError} INVALID_TOKEN, AUTH_BUSY */
  return async (token: string, from: KeySender): Promise<Identity> => {
    const known = verified.get(token)
    const parsed = known ?? parseApiKey(token)
    if (parsed === null) throw invalid()
    const key = await access.findKey(parsed.id, from)
    // Both are hashes of random text, so the comparison's timing reveals nothing.
    if (key === null || !key.hash.equals(parsed.hash)) {
      verified.delete(token)
      throw invalid()
    }
    if (known === undefined) verified.set(token, parsed)
    if (Date.now() >= key.expires) throw invalid('The key has expired; use a newer one')
    if (key.networks?.include(from.clientAddress) === false)
      throw invalid('The key cannot be used from this network')
    return { userId: key.user_id, sessionId: parsed.id, key }
  }
}

const invalid = (message = 'The key is not valid; it may have been revoked') =>
  new AppError('INVALID_TOKEN', { message })
