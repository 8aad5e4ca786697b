import { codeOf, isDatabaseUnavailable, SQLSTATE } from '../../db/error-codes.js'

/** Failed connects in a row after which the server counts as down. */
const FAILURES = 3
/** Milliseconds between two attempts to reach a server that is down. */
const PROBE_MS = 1_000

/**
 * Whether a server can be reached, judged by the attempts to connect to it. After three failures in a row it counts as
 * down: then one attempt per second is allowed, and everyone else gets the last error at once, without waiting for
 * another timeout.
 */
export class CircuitBreaker {
  #failures = 0
  #nextProbe = 0
  #error = new Error('The server has not failed')

  /** The last error. */
  get error(): Error {
    return this.#error
  }

  get isDown(): boolean {
    return this.#failures >= FAILURES
  }

  /** Whether an attempt is allowed now: the server is up, or a probe is due. */
  get mayTry(): boolean {
    return !this.isDown || performance.now() >= this.#nextProbe
  }

  /** Call before an attempt. @returns whether it is allowed */
  tries(): boolean {
    if (!this.mayTry) return false
    this.#nextProbe = performance.now() + PROBE_MS
    return true
  }

  succeeded(): void {
    this.#failures = 0
  }

  /** A server that refuses for a reason, such as a wrong password or a lack of connections, is not down. */
  failed(error: Error): void {
    if (!isDatabaseUnavailable(error) || codeOf(error) === SQLSTATE.tooManyConnections) {
      this.succeeded()
      return
    }
    this.#failures += 1
    this.#error = error
  }
}
