import { AppError } from '../../core/errors.js'

export interface LeaseLineOptions {
  /** The most leases at once. */
  places: number
  /** Milliseconds that a caller waits for a place. */
  waitMs: number
}

interface Waiter {
  go: () => void
  refuse: (error: AppError) => void
}

/**
 * So many leases at once, the other callers in line. Those of different tenants have their turns one after the
 * other, so that a busy tenant cannot keep others out.
 */
export class LeaseLine {
  /** By tenant, in the order of their next turns. */
  readonly #waiting = new Map<string, Waiter[]>()
  #leases = 0
  #waits = 0
  #closed = false
  #lastLease: (() => void) | undefined

  constructor(private readonly options: LeaseLineOptions) {}

  /** @throws {AppError} TENANT_BUSY after `waitMs` without a place, SHUTTING_DOWN after `close` */
  async use<T>(tenant: string, work: () => Promise<T>): Promise<T> {
    if (this.#closed) throw new AppError('SHUTTING_DOWN')
    if (this.#leases < this.options.places) this.#leases += 1
    else await this.#turn(tenant)
    try {
      return await work()
    } finally {
      this.#release()
    }
  }

  /** Refuses new leases and those in line, and waits for the running ones. */
  async close(): Promise<void> {
    this.#closed = true
    for (const waiter of [...this.#waiting.values()].flat()) waiter.refuse(new AppError('SHUTTING_DOWN'))
    this.#waiting.clear()
    if (this.#leases > 0) await new Promise<void>((resolve) => (this.#lastLease = resolve))
  }

  /** For metrics. */
  counts(): { leases: number; waiting: number; waits: number } {
    return { leases: this.#leases, waiting: [...this.#waiting.values()].flat().length, waits: this.#waits }
  }

  /** Resolves when a lease that ends is passed on to this caller. */
  #turn(tenant: string): Promise<void> {
    this.#waits += 1
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        line.splice(line.indexOf(waiter), 1)
        if (line.length === 0) this.#waiting.delete(tenant)
        reject(new AppError('TENANT_BUSY'))
      }, this.options.waitMs)
      const waiter: Waiter = {
        go: () => {
          clearTimeout(timer)
          resolve()
        },
        refuse: (error) => {
          clearTimeout(timer)
          reject(error)
        }
      }
      const line = this.#waiting.get(tenant) ?? []
      line.push(waiter)
      this.#waiting.set(tenant, line)
    })
  }

  #release(): void {
    const [next] = this.#waiting
    if (next === undefined) {
      this.#leases -= 1
      if (this.#leases === 0) this.#lastLease?.()
      return
    }
    const [tenant, line] = next
    const waiter = line.shift()
    // Behind all others: a Map keeps the order of insertion.
    this.#waiting.delete(tenant)
    if (line.length > 0) this.#waiting.set(tenant, line)
    waiter?.go()
  }
}
