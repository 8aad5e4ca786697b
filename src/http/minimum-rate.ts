import type { Place } from '../../core/concurrency/fair-line.js'

/** Bytes a second that a transfer must make. */
export const LEAST_RATE = 1024
/** Bytes a second that it must make while others wait for its place. */
const LEAST_RATE_WANTED = 16 * 1024
/** Seconds over which the latter is measured at most. */
const WANTED_WINDOW = 10
/** Milliseconds between two looks. */
const TICK_MS = 1_000

/** A transfer between a client and us, as it is at the moment. */
export interface Transfer {
  /** Bytes that have been transferred. */
  moved: () => number
  /** Whether it is the client that keeps us waiting. */
  isClientsTurn: () => boolean
  /** Ends the transfer. */
  end: () => void
}

/**
 * Ends a transfer that made less than `rate` bytes a second over `seconds` in which it was the client's turn.
 * @param counts whether the time since the last look counts; where not, measuring starts again
 * @returns stops watching
 */
export function demandRate(
  { moved, isClientsTurn, end }: Transfer,
  rate: number,
  seconds: number,
  counts: () => boolean = () => true
): () => void {
  let since = performance.now()
  let before = moved()
  const timer = setInterval(
    () => {
      const now = performance.now()
      const elapsed = (now - since) / 1000
      const goesOn = isClientsTurn() && counts()
      if (goesOn && elapsed < seconds) return
      if (goesOn && moved() - before < rate * elapsed) end()
      since = now
      before = moved()
    },
    Math.min(TICK_MS, (seconds * 1000) / 2)
  ).unref()
  return () => clearInterval(timer)
}

/**
 * Ends a transfer that is slow while somebody waits for its place, one for each who waits.
 * @param patience seconds for which any transfer may stand still
 * @returns stops watching
 */
export function demandRateWhileWanted(transfer: Transfer, place: Place, patience: number): () => void {
  const end = () => {
    place.recall()
    transfer.end()
  }
  const seconds = Math.min(WANTED_WINDOW, patience)
  return demandRate({ ...transfer, end }, LEAST_RATE_WANTED, seconds, () => place.isWanted())
}
