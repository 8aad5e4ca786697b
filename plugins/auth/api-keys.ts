import { LRUCache } from 'lru-cache'
import { parseApiKey, type ParsedKey } from '../../core/api-key.js'
import { AppError } from '../../core/errors.js'
import type { Access } from '../access/access.js'
import type { Identity } from './access-tokens.js'

/** Where a request comes from. Computed only where that is asked for: most requests need neither. */
export interface KeySender {
  /** A valid IP address. */
  readonly clientAddress: string
  /** What counts as one sender in fair lines. */
  readonly sender: string
}

/** Least recently used keys make room: a request with one of them is hashed again. */
const VERIFIED_KEYS = 10_000

/**
 * Verifies keys of service accounts. Expiry and network are compared for every request; the rest comes from the cache of
 * access checks, where it is certain to be right.
 */
export function createApiKeys(access: Pick<Access, 'findKey'>) {
  /** Whole keys that were right once, so that they need not be hashed again. */
  const verified = new LRUCache<string, ParsedKey>({ max: VERIFIED_KEYS })

  /** @throws {AppError} INVALID_TOKEN, AUTH_BUSY */
  return async (token: string, from: KeySender): Promise<Identity> => {
    const known = verified.get(token)
    const parsed = known ?? parseApiKey(token)
    if (parsed === null) throw invalid()
    const key = await access.findKey(parsed.id, from)
    // Both are hashes of random text, so the time that this takes tells nothing.
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
