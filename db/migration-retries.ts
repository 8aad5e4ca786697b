import { sleep } from '../core/concurrency/sleep.js'
import { codeOf, SQLSTATE } from './error-codes.js'

/**
 * Maximum wait of a migration for a lock, in PostgreSQL's notation. Later requests queue after it, so this is also the
 * longest that they are blocked. If a request locks the same tables in another order, the migration gives up before
 * PostgreSQL looks for a deadlock and could choose the request as its victim. PostgreSQL looks after
 * `deadlock_timeout`, by default 1 s; the remaining 700 ms are for the migration to get from the table that the request
 * waits for to the one that the request holds.
 */
export const LOCK_TIMEOUT = '300ms'
/** In milliseconds: the first and the longest pause between attempts, and when to give up. */
const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 8_000
const GIVE_UP_MS = 60_000

/** Thrown if a migration could not get its locks; nothing was changed. */
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
 * Retries a migration until it gets its locks. Each attempt must be a transaction of its own, so that requests can run
 * during the growing pauses between attempts.
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
