import { setTimeout as delay } from 'node:timers/promises'
import { Client, type Answer } from '../helpers/api.js'

/** How a client had to wait. */
export interface Waits {
  /** Requests resent after a 503 with Retry-After. */
  repeated: number
  /** Milliseconds of the longest request, including its repetitions. */
  longest: number
}

/** Milliseconds until a client gives up: the longest wait for a move, plus time for an answer on a slow machine. */
const PATIENCE_MS = 60_000

/** A client that obeys Retry-After, as clients in the field do. */
export class PatientClient extends Client {
  readonly waits: Waits = { repeated: 0, longest: 0 }

  override request<Data = Record<string, unknown>>(
    method: string,
    path: string,
    init: RequestInit = {}
  ): Promise<Answer<Data>> {
    return this.repeat(() => super.request<Data>(method, path, init))
  }

  /** Fetches with the client's token. */
  fetch = (url: string): Promise<Response> =>
    this.repeat(() => fetch(url, { headers: { authorization: `Bearer ${String(this.token)}` } }))

  private async repeat<A extends { status: number; headers: Headers }>(send: () => Promise<A>): Promise<A> {
    const start = performance.now()
    for (;;) {
      const answer = await send()
      const waited = performance.now() - start
      this.waits.longest = Math.max(this.waits.longest, waited)
      const after = answer.headers.get('retry-after')
      if (answer.status !== 503 || after === null || waited > PATIENCE_MS) return answer
      this.waits.repeated += 1
      await delay(Number(after) * 1_000)
    }
  }
}
