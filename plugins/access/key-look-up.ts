import { FairLine } from '../../core/concurrency/fair-line.js'
import { AppError } from '../../core/errors.js'
import type { ApiKeyRepository, LiveKey } from '../../db/main/api-keys-repository.js'

/** Maximum concurrent look-ups of this process, so that requests with made-up keys cannot cause more. */
const AT_ONCE = 2
/** Maximum length of the line; one address takes at most half of it. */
const MAX_WAITING = 100
/** Milliseconds. */
const MAX_WAIT_MS = 5_000

/**
 * Looks up keys in a bounded line in which senders take turns. Requests with the same key share a look-up that has not
 * begun yet, so a burst of requests with one key takes one place.
 */
export function createKeyLookUp(
  keys: Pick<ApiKeyRepository, 'findLive'>
): (keyId: string, sender: string) => Promise<LiveKey | null> {
  const line = new FairLine({
    places: AT_ONCE,
    waiting: MAX_WAITING,
    waitMs: MAX_WAIT_MS,
    busy: () => new AppError('AUTH_BUSY')
  })
  const waiting = new Map<string, Promise<LiveKey | null>>()

  return (keyId, sender) => {
    const shared = waiting.get(keyId)
    if (shared !== undefined) return shared
    const looked = line.run({ keys: [sender] }, () => {
      // From here on, requests need another look-up: they may follow a revocation that this one does not see.
      waiting.delete(keyId)
      return keys.findLive(keyId)
    })
    waiting.set(keyId, looked)
    const forget = () => {
      if (waiting.get(keyId) === looked) waiting.delete(keyId)
    }
    looked.then(forget, forget)
    return looked
  }
}
