import { sleep } from '../../core/concurrency/sleep.js'
import { isLocked } from './change-log.js'

/** Milliseconds: the first and the longest pause between attempts to lock the tables, and when the move gives up. */
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

/** Retries `attempt` until it gets its locks; each attempt must be a transaction of its own. */
export async function whenLocked(attempt: () => Promise<unknown>): Promise<void> {
  const lastAttempt = performance.now() + GIVE_UP_MS
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    try {
      await attempt()
      return
    } catch (error) {
      const mayPass = isLocked(error) || error instanceof PlaceHeldError
      if (!mayPass || performance.now() + pause > lastAttempt) throw error
      await sleep(pause)
    }
  }
}
