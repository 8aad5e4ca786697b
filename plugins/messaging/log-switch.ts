import { singleFlight } from '../../core/concurrency/single-flight.js'

/**
 * Whether every process of the installation writes the event logs. From then on, relays take events into the logs
 * before they publish them, the logs can be read, and messages without a signature count as foreign. Before that,
 * relays of an earlier version may publish events that no log holds.
 */
export type LogsAreComplete = () => Promise<boolean>

/** Milliseconds for which the answer "not complete" is cached. Once complete, the logs stay complete. */
const ASK_MS = 2_000

/** @param since reads when an operator opened the logs; null: nobody has */
export function createLogSwitch(since: () => Promise<string | null>): LogsAreComplete {
  let complete = false
  let freshUntil = 0
  const ask = singleFlight(async () => {
    complete = (await since()) !== null
    freshUntil = performance.now() + ASK_MS
  }, 0)
  return async () => {
    if (!complete && performance.now() >= freshUntil) await ask()
    return complete
  }
}
