import { FairLine } from '../../core/concurrency/fair-line.js'
import { AppError } from '../../core/errors.js'
import type { ApiKeyRepository, LiveKey } from '../../db/main/api-keys-repository.js'

/** Keys that one process looks up at once: nobody can make it do more by sending ones that do not exist. */
const AT_ONCE = 2
/** One address has at most half of the line. */
const MAX_WAITING = 100
/** Milliseconds. */
const MAX_WAIT_MS = 5_000

/**
 * Looks up keys in a bounded line in which senders take turns. Requests with the same key share a look-up that has not
 * begun when they come, so a burst of one key's requests takes one place.
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
      // Later requests may have come after a revocation that this look-up does not see.
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
