import type postgres from 'postgres'
import { within } from '../../core/concurrency/timeout.js'
import { AppError } from '../../core/errors.js'
import type { ConnectionCap, ConnectionCounts, Share } from './connection-cap.js'
import type { Holder } from './connection-member.js'

/** A tenant's store with its pool, which may have no connection at the moment. */
export interface OpenPlace {
  close(): Promise<void>
}

export interface PlaceRegistryOptions<P extends OpenPlace> {
  /** Shares out the connections. */
  cap: ConnectionCap
  /** Maximum wait of a caller for a place to be opened, in milliseconds. */
  waitMs: number
  /**
   * Opens a place: called once, however many callers wait for the place, and again after a failure. Its pool must use
   * the gate.
   */
  open: (key: string, gate: postgres.Gate) => Promise<P>
  /** Removes the reason why the server refused a connection. @returns false if it cannot */
  repair: (key: string, error: Error) => Promise<boolean>
  /** Called if closing a place failed. */
  onCloseError: (error: unknown) => void
}

interface Entry<P> extends Holder {
  share: Share
  opening: Promise<P>
  /** Set once it is open. */
  place?: P
}

/** The current state of a process's places, and its counts since the start. */
export interface PlaceCounts extends ConnectionCounts {
  open: number
  leases: number
  opens: number
  failedOpens: number
  evictions: number
}

/**
 * Open places by key. A place is leased while it is used; it stays open for as long as it is leased or has connections.
 * All places share one limit of connections. An evicted place takes no new leases and closes when the last one ends, so
 * eviction breaks no request.
 */
export class PlaceRegistry<P extends OpenPlace> {
  readonly #entries = new Map<string, Entry<P>>()
  /** Evicted places that are still leased or closing. */
  readonly #leaving = new Set<Promise<void>>()
  readonly #lastLease = new Map<Entry<P>, () => void>()
  readonly #done = { opens: 0, failedOpens: 0, evictions: 0 }
  #leases = 0
  #closed = false

  constructor(private readonly options: PlaceRegistryOptions<P>) {}

  /**
   * @throws {AppError} TENANT_BUSY after `waitMs` in line for a connection, TENANT_NOT_READY if opening takes longer
   * than that for another reason, SHUTTING_DOWN after `close`; and any error from opening
   */
  async use<T>(key: string, work: (place: P) => Promise<T>): Promise<T> {
    if (this.#closed) throw new AppError('SHUTTING_DOWN')
    const entry = this.#entries.get(key) ?? this.#open(key)
    entry.lastUsed = performance.now()
    entry.leases += 1
    this.#leases += 1
    try {
      const { waitMs } = this.options
      return await work(entry.place ?? (await within(waitMs, entry.opening, () => lateness(entry))))
    } finally {
      this.#release(key, entry)
    }
  }

  /** Evicts the place of this key, if it is open: it closes when its last lease ends. */
  evict(key: string): void {
    const entry = this.#entries.get(key)
    if (entry === undefined) return
    this.#done.evictions += 1
    this.#leave(key, entry)
  }

  counts(): PlaceCounts {
    return {
      open: this.#entries.size + this.#leaving.size,
      leases: this.#leases,
      ...this.#done,
      ...this.options.cap.counts()
    }
  }

  /** Refuses new leases, waits for the running ones, closes every place. */
  async close(): Promise<void> {
    this.#closed = true
    for (const [key, entry] of [...this.#entries]) this.#leave(key, entry)
    await Promise.all(this.#leaving)
  }

  #open(key: string): Entry<P> {
    const holder: Holder = {
      leases: 0,
      lastUsed: 0,
      repair: (error) => this.options.repair(key, error),
      onEmpty: () => this.#leaveIfUnused(key, entry)
    }
    const share = this.options.cap.admit(holder)
    const entry: Entry<P> = Object.assign(holder, { share, opening: this.options.open(key, share.gate) })
    this.#entries.set(key, entry)
    this.#done.opens += 1
    entry.opening.then(
      (place) => {
        entry.place = place
        this.#leaveIfUnused(key, entry)
      },
      () => {
        // Its waiters get the error; later callers retry.
        this.#done.failedOpens += 1
        if (this.#entries.get(key) === entry) this.#leave(key, entry)
      }
    )
    return entry
  }

  #release(key: string, entry: Entry<P>): void {
    entry.leases -= 1
    this.#leases -= 1
    if (entry.leases > 0) return
    this.#lastLease.get(entry)?.()
    this.#lastLease.delete(entry)
    this.#leaveIfUnused(key, entry)
  }

  /** Closes a place that has no leases and no connections: it would only cost memory. */
  #leaveIfUnused(key: string, entry: Entry<P>): void {
    const isUnused = entry.leases === 0 && entry.place !== undefined && entry.share.isEmpty()
    if (isUnused && this.#entries.get(key) === entry) this.#leave(key, entry)
  }

  /** Closes the place, if it was or will be opened, when its last lease ends. */
  #leave(key: string, entry: Entry<P>): void {
    this.#entries.delete(key)
    const idle =
      entry.leases === 0
        ? Promise.resolve()
        : new Promise<void>((resolve) => this.#lastLease.set(entry, resolve))
    const leaving = idle
      .then(() => entry.opening.catch(() => undefined))
      .then((place) => place?.close())
      .catch(this.options.onCloseError)
      .finally(() => this.#leaving.delete(leaving))
    this.#leaving.add(leaving)
  }
}

const lateness = ({ share }: { share: Share }) =>
  new AppError(share.isWaiting() ? 'TENANT_BUSY' : 'TENANT_NOT_READY')
