import { AppError } from '../../src/errors.js'

/** Something with connections: one for each tenant that is in use. */
export interface Pool {
  close(): Promise<void>
}

export interface PoolRegistryOptions<P extends Pool> {
  /** The most pools that exist at once, closing ones included. */
  capacity: number
  /** Milliseconds that a caller waits for a free place. */
  waitMs: number
  open: (key: string) => P
  /** Told when closing a pool failed; its place is free all the same. */
  onCloseError: (error: unknown) => void
}

interface Entry<P> {
  pool: P
  leases: number
}

interface Waiter {
  key: string
  wake: () => void
}

/**
 * Pools by key, least recently used first out. A pool is leased while it is used: an evicted pool takes no
 * new leases and closes when the last one ends, so eviction never breaks a request, and the capacity is
 * never exceeded, since a place is free only when its pool has closed. Callers without a place wait in line;
 * each wait evicts one pool, so that busy tenants cannot keep others out.
 */
export class PoolRegistry<P extends Pool> {
  /** In the order of their last use. */
  readonly #entries = new Map<string, Entry<P>>()
  readonly #waiters: Waiter[] = []
  /** Evicted pools that are still leased or closing. */
  readonly #leaving = new Set<Promise<void>>()
  readonly #lastLease = new Map<Entry<P>, () => void>()
  #closed = false

  constructor(private readonly options: PoolRegistryOptions<P>) {}

  /** @throws {AppError} TENANT_BUSY after `waitMs` without a free place, SHUTTING_DOWN after `close` */
  async use<T>(key: string, work: (pool: P) => Promise<T>): Promise<T> {
    const entry = await this.#lease(key)
    try {
      return await work(entry.pool)
    } finally {
      this.#release(entry)
    }
  }

  /** Takes the pool of this key out, if there is one: it closes when its last lease ends. */
  evict(key: string): void {
    const entry = this.#entries.get(key)
    if (entry === undefined) return
    this.#entries.delete(key)
    const idle =
      entry.leases === 0
        ? Promise.resolve()
        : new Promise<void>((resolve) => this.#lastLease.set(entry, resolve))
    const leaving = idle
      .then(() => entry.pool.close())
      .catch(this.options.onCloseError)
      .finally(() => {
        this.#leaving.delete(leaving)
        this.#wakeNext()
      })
    this.#leaving.add(leaving)
  }

  /** Refuses new leases, waits for the running ones, closes every pool. */
  async close(): Promise<void> {
    this.#closed = true
    for (const waiter of this.#waiters.splice(0)) waiter.wake()
    for (const key of [...this.#entries.keys()]) this.evict(key)
    await Promise.all(this.#leaving)
  }

  async #lease(key: string): Promise<Entry<P>> {
    const deadline = Date.now() + this.options.waitMs
    for (;;) {
      if (this.#closed) throw new AppError('SHUTTING_DOWN')
      const entry = this.#take(key)
      if (entry !== undefined) return entry
      await this.#place(key, deadline)
    }
  }

  /** A lease on the pool of this key, opened if there is a place for it; undefined when there is none. */
  #take(key: string): Entry<P> | undefined {
    let entry = this.#entries.get(key)
    if (entry !== undefined) {
      // Moves it behind all others: a Map keeps the order of insertion.
      this.#entries.delete(key)
    } else if (this.#entries.size + this.#leaving.size < this.options.capacity) {
      entry = { pool: this.options.open(key), leases: 0 }
      // Whoever still waits has its turn after this one; first those who came for this very pool take it.
      setImmediate(() => this.#makeRoom())
    } else {
      return undefined
    }
    this.#entries.set(key, entry)
    entry.leases += 1
    return entry
  }

  /** Resolves when it is this caller's turn to try again. */
  #place(key: string, deadline: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        key,
        wake: () => {
          clearTimeout(timer)
          resolve()
        }
      }
      const timer = setTimeout(() => {
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1)
        reject(new AppError('TENANT_BUSY'))
      }, deadline - Date.now())
      this.#waiters.push(waiter)
      this.#makeRoom()
    })
  }

  /** As many pools leave as there are tenants waiting, those first that were not used for longest. */
  #makeRoom(): void {
    const wanted = new Set(this.#waiters.map((waiter) => waiter.key)).size
    for (const key of this.#entries.keys()) {
      if (this.#leaving.size >= wanted) return
      this.evict(key)
    }
  }

  /** One place became free: the first in line gets it, and whoever waits for the same tenant comes along. */
  #wakeNext(): void {
    const first = this.#waiters[0]
    if (first === undefined) return
    const along = this.#waiters.filter((waiter) => waiter.key === first.key)
    for (const waiter of along) {
      this.#waiters.splice(this.#waiters.indexOf(waiter), 1)
      waiter.wake()
    }
  }

  #release(entry: Entry<P>): void {
    entry.leases -= 1
    if (entry.leases > 0) return
    this.#lastLease.get(entry)?.()
    this.#lastLease.delete(entry)
  }
}
