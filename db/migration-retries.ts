import { sleep } from '../core/concurrency/sleep.js'
import { codeOf, SQLSTATE } from './error-codes.js'

/**
 * Maximum wait of a migration for a lock, in PostgreSQL's notation. Later requests queue behind it, so they are blocked
 * for no longer than this. A request that needs the same tables in another order then sees the migration give up, and is
 * not ended as the victim of a deadlock: PostgreSQL looks for those after `deadlock_timeout`, by default 1 s, and the
 * rest of that is for the migration's way from the table that the request waits for to the one that the request has.
 */
export const LOCK_TIMEOUT = '300ms'
/** In milliseconds: the first and the longest pause between attempts, and when to give up. */
const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 8_000
const GIVE_UP_MS = 60_000

/** Thrown if a migration did not get the locks that it needs; nothing was changed. */
export class TablesInUseError extends Error {
  override readonly name = 'TablesInUseError'
  constructor(place: string, options: ErrorOptions) {
    super(
      `The tables of ${place} were locked by others for ${GIVE_UP_MS / 1000} s, so the migration was not applied. ` +
        'Find what holds them with "select pid, usename, application_name, state, xact_start from pg_stat_activity ' +
        'order by xact_start", end it or wait for it, and run npm run migrate again',
      options
    )
  }
}

/**
 * Retries a migration until it gets its locks, each attempt in its own transaction. Requests run during the growing
 * pauses between attempts.
 * @param place named in the error
 * @throws {TablesInUseError}
 */
export async function untilTablesAreFree<T>(place: string, attempt: () => Promise<T>): Promise<T> {
  const lastAttempt = performance.now() + GIVE_UP_MS
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    try {
      return await attempt()
    } catch (error) {
      const code = codeOf(error)
      if (code !== SQLSTATE.lockNotAvailable && code !== SQLSTATE.deadlockDetected) throw error
      if (performance.now() + pause > lastAttempt) throw new TablesInUseError(place, { cause: error })
      await sleep(pause)
    }
  }
}
