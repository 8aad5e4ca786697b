import { sleep } from '../../core/concurrency/sleep.js'
import { isLocked } from './change-log.js'

/**
 * Milliseconds: the first and the longest pause between attempts to lock the tables, and when the move gives up. While
 * an attempt waits, the tenant's statements wait as well.
 */
const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 8_000
const GIVE_UP_MS = 600_000

/** Thrown while a hold is in force: an export, for example, needs the place unchanged. */
export class PlaceHeldError extends Error {
  override readonly name = 'PlaceHeldError'
  constructor() {
    super('The tenant is being exported; try again when that has ended')
  }
}

/**
 * Retries `attempt` until it gets its locks; each attempt must be a transaction of its own.
 * @param signal once it aborts, only one more attempt is made
 * @throws the last attempt's error, after `giveUpMs` milliseconds
 */
export async function whenLocked(
  attempt: () => Promise<unknown>,
  { giveUpMs = GIVE_UP_MS, signal }: { giveUpMs?: number; signal?: AbortSignal | undefined } = {}
): Promise<void> {
  const lastAttempt = performance.now() + giveUpMs
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    try {
      await attempt()
      return
    } catch (error) {
      const mayPass = isLocked(error) || error instanceof PlaceHeldError
      if (!mayPass || signal?.aborted || performance.now() + pause > lastAttempt) throw error
      await sleep(pause, signal)
    }
  }
}
