import type { InTurn } from '../../core/concurrency/in-turn.js'
import { sleep } from '../../core/concurrency/sleep.js'
import { within } from '../../core/concurrency/timeout.js'
import { AppError } from '../../core/errors.js'
import { isDatabaseUnavailable } from '../../db/error-codes.js'
import { backoff } from './backoff.js'
import type { Outage } from './outages.js'
import { PermanentError } from './permanent-error.js'

export interface RetryOptions {
  /** Maximum number of attempts. */
  attempts: number
  /**
   * Milliseconds of an outage for which attempts do not count that fail because a dependency is down, such as a
   * PostgreSQL failover.
   */
  outageMs: number
  /** Milliseconds before the second attempt; doubled for each further one. */
  baseMs: number
  /** Maximum milliseconds between two attempts. */
  maxMs: number
  /**
   * Milliseconds after which an attempt counts as failed, so that an attempt that hangs does not block others forever.
   */
  timeoutMs: number
}

/** How often, and for how long, handlers are tried. */
export const RETRY: RetryOptions = {
  ...{ attempts: 5, baseMs: 200, maxMs: 10_000, timeoutMs: 600_000 },
  // Bounded: the events of a server that is lost for good must not delay the others for long.
  outageMs: 120_000
}

/** How the attempts ended: handled, failed for good, or stopped because the work was ended. */
export type Trial = { result: 'handled' | 'ended' } | { result: 'failed'; error: unknown }

/** Something to handle. */
export interface Task {
  handle: () => Promise<void>
  /** Shared with the other messages of its key; counts `outageMs`. */
  outage: Outage
}

/**
 * Tries until `handle` succeeds or fails for good: with a {@link PermanentError}, or on the last attempt.
 * @param inTurn gives each attempt a turn; between attempts, it holds none
 * @param ending no attempt begins once it is aborted
 */
export async function tryToHandle(
  { handle, outage }: Task,
  retry: RetryOptions,
  inTurn: InTurn,
  ending: AbortSignal,
  onFailure: (error: unknown, attempt: number) => void
): Promise<Trial> {
  let failure: unknown
  let counted = 0
  for (let attempt = 1; counted < retry.attempts; attempt++) {
    if (attempt > 1) await sleep(backoff(attempt - 1, retry.baseMs, retry.maxMs), ending)
    try {
      return await inTurn(async () => {
        if (ending.aborted) return { result: 'ended' }
        await within(retry.timeoutMs, handle(), () => new Error(`Not handled within ${retry.timeoutMs} ms`))
        outage.end()
        return { result: 'handled' }
      })
    } catch (error) {
      failure = error
      onFailure(error, attempt)
      if (!isOutage(error) || outage.lasts()) counted += 1
      if (error instanceof PermanentError) break
    }
  }
  return { result: 'failed', error: failure }
}

/** Whether a dependency of the handler is down or busy, so that the event itself is not at fault. */
const isOutage = (error: unknown) =>
  isDatabaseUnavailable(error) || (error instanceof AppError && error.status === 503)
