import type { Place } from '../../core/concurrency/fair-line.js'

/** Minimum rate of a transfer in bytes per second. */
export const LEAST_RATE = 1024
/** Minimum rate in bytes per second while others wait for its place. */
const LEAST_RATE_WANTED = 16 * 1024
/** Maximum seconds over which LEAST_RATE_WANTED is measured. */
const WANTED_WINDOW = 10
/** Milliseconds between two measurements. */
const TICK_MS = 1_000

/** The current state of a transfer between a client and us. */
export interface Transfer {
  /** Bytes that have been transferred. */
  moved: () => number
  /** Whether the client is the one that delays the transfer. */
  isClientsTurn: () => boolean
  /** Ends the transfer. */
  end: () => void
}

/**
 * Ends a transfer that averaged less than `rate` bytes per second over `seconds` in which it was the client's turn.
 * @param counts whether the time since the last measurement counts; if not, measuring starts again
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
 * Ends a transfer that is slow while others wait for its place, one transfer per waiting asker.
 * @param patience seconds for which any transfer may stall
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
