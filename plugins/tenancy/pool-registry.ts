import { setTimeout as delay } from 'node:timers/promises'
import { codeOf, SQLSTATE } from '../../db/error-codes.js'
import { AppError } from '../../core/errors.js'
import { openInTime } from './first-use.js'

/** Milliseconds between two attempts to open a pool on a server without free connections. */
const RETRY_MS = 50

/** Something with connections: one for each tenant in use. */
export interface Pool {
  close(): Promise<void>
}

export interface PoolRegistryOptions<P extends Pool> {
  /** Maximum number of pools at once, closing ones included. */
  capacity: number
  /** Maximum wait of a caller for a free place, in milliseconds. */
  waitMs: number
  /** Called once however many callers wait for the pool, and again after a failure. */
  open: (key: string) => Promise<P>
  /** Called if closing a pool failed; its place is free anyway. */
  onCloseError: (error: unknown) => void
}

interface Entry<P> {
  opening: Promise<P>
  /** Set once it is open. */
  pool?: P
  leases: number
}

/** The current state of a registry, and its counts since it was created. */
export interface PoolCounts {
  open: number
  leases: number
  waiting: number
  waits: number
  opens: number
  failedOpens: number
  evictions: number
}

interface Waiter {
  key: string
  wake: () => void
}

/**
 * Pools by key; the least recently used is evicted first. A pool is leased while it is used: an evicted pool takes no
 * new leases and closes when the last one ends, so eviction never breaks a request, and the capacity is never exceeded,
 * since a place is free only once its pool has closed. Callers without a place wait in line; each wait evicts one pool,
 * so that busy tenants cannot keep others out. A server without a free connection is treated like a registry without a
 * free place: idle pools leave, and the opening is retried.
 */
export class PoolRegistry<P extends Pool> {
  /** In order of last use. */
  readonly #entries = new Map<string, Entry<P>>()
  readonly #waiters: Waiter[] = []
  /** Evicted pools that are still leased or closing. */
  readonly #leaving = new Set<Promise<void>>()
  readonly #lastLease = new Map<Entry<P>, () => void>()
  readonly #done = { waits: 0, opens: 0, failedOpens: 0, evictions: 0 }
  #leases = 0
  #closed = false

  constructor(private readonly options: PoolRegistryOptions<P>) {}

  /**
   * @throws {AppError} TENANT_BUSY after `waitMs` without a free place or connection, TENANT_NOT_READY if opening takes
   * longer than that, SHUTTING_DOWN after `close`; and any error of the opening
   */
  async use<T>(key: string, work: (pool: P) => Promise<T>): Promise<T> {
    const deadline = Date.now() + this.options.waitMs
    const entry = await this.#lease(key, deadline)
    try {
      return await work(entry.pool ?? (await openInTime(entry.opening, deadline)))
    } finally {
      this.#release(entry)
    }
  }

  /** Evicts the pool of this key, if there is one: it closes when its last lease ends. */
  evict(key: string): void {
    const entry = this.#entries.get(key)
    if (entry === undefined) return
    this.#entries.delete(key)
    this.#done.evictions += 1
    this.#leave(entry)
  }

  /** For metrics. */
  counts(): PoolCounts {
    return {
      open: this.#entries.size + this.#leaving.size,
      leases: this.#leases,
      waiting: this.#waiters.length,
      ...this.#done
    }
  }

  /** Closes the pool, if it was or will be opened, when its last lease ends; then its place is free. */
  #leave(entry: Entry<P>): void {
    const idle =
      entry.leases === 0
        ? Promise.resolve()
        : new Promise<void>((resolve) => this.#lastLease.set(entry, resolve))
    const leaving = idle
      .then(() => entry.opening.catch(() => undefined))
      .then((pool) => pool?.close())
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

  async #lease(key: string, deadline: number): Promise<Entry<P>> {
    for (;;) {
      if (this.#closed) throw new AppError('SHUTTING_DOWN')
      const entry = this.#take(key)
      if (entry !== undefined) return entry
      await this.#place(key, deadline)
    }
  }

  /** A lease on the pool of this key, opened if there is a place for it; undefined if there is none. */
  #take(key: string): Entry<P> | undefined {
    let entry = this.#entries.get(key)
    if (entry !== undefined) {
      // Moves it to the end: a Map keeps insertion order.
      this.#entries.delete(key)
    } else if (this.#entries.size + this.#leaving.size < this.options.capacity) {
      entry = this.#open(key)
      // Other waiters have their turn after this one; callers for this very pool take it first.
      setImmediate(() => this.#makeRoom())
    } else {
      return undefined
    }
    this.#entries.set(key, entry)
    entry.leases += 1
    this.#leases += 1
    return entry
  }

  #open(key: string): Entry<P> {
    const entry: Entry<P> = { opening: this.#openWhenPossible(key), leases: 0 }
    this.#done.opens += 1
    entry.opening.then(
      (pool) => {
        entry.pool = pool
      },
      () => {
        // Its waiters get the error; later callers retry.
        this.#done.failedOpens += 1
        if (this.#entries.get(key) !== entry) return
        this.#entries.delete(key)
        this.#leave(entry)
      }
    )
    return entry
  }

  async #openWhenPossible(key: string): Promise<P> {
    const lastAttempt = Date.now() + this.options.waitMs - RETRY_MS
    for (;;) {
      try {
        return await this.options.open(key)
      } catch (error) {
        if (codeOf(error) !== SQLSTATE.tooManyConnections) throw error
        if (Date.now() > lastAttempt || this.#closed) throw new AppError('TENANT_BUSY', { cause: error })
        this.#evictIdle()
        await delay(RETRY_MS)
      }
    }
  }

  /** The connections that the server lacks may be ours. */
  #evictIdle(): void {
    for (const [key, entry] of this.#entries) {
      if (entry.leases > 0) continue
      this.evict(key)
      return
    }
  }

  /** Resolves when it is this caller's turn to retry. */
  #place(key: string, deadline: number): Promise<void> {
    this.#done.waits += 1
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

  /** Evicts as many pools as tenants are waiting, least recently used first. */
  #makeRoom(): void {
    const wanted = new Set(this.#waiters.map((waiter) => waiter.key)).size
    for (const key of this.#entries.keys()) {
      if (this.#leaving.size >= wanted) return
      this.evict(key)
    }
  }

  /** One place became free: the first in line gets it, together with the waiters for the same tenant. */
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
    this.#leases -= 1
    if (entry.leases > 0) return
    this.#lastLease.get(entry)?.()
    this.#lastLease.delete(entry)
  }
}
