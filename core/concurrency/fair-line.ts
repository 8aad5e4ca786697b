import { AppError } from '../errors.js'
import { leavesEnoughFree, most, type Key } from './turns.js'
import { WaitingLine, type Waiter } from './waiting-line.js'

export interface FairLineOptions {
  /** How much can be held at once, in the unit of the weights. */
  places: number
  /** Maximum number of askers that wait at once. */
  waiting: number
  /** Maximum wait of an asker in milliseconds. */
  waitMs: number
  /** The error for an asker that finds the line full, or has waited too long. */
  busy: () => Error
  /**
   * For work that a client can draw out: beyond its first place, a key takes another only while at least as much stays
   * free as it would then hold. So one key holds at most half of the places, two hold three quarters, and so on.
   */
  keepsPlacesFree?: boolean
}

/** Who asks for a place. */
export interface Asker {
  /** What the place is charged to, such as a tenant and a user: each of them gets a fair share. */
  keys: readonly string[]
  /** How many of the places it takes; default: 1. */
  weight?: number
  /** Aborting leaves the line; a place already held is not affected. */
  signal?: AbortSignal
}

/** A place that is held. */
export interface Place {
  /** Whether some waiting asker holds less than this place's keys, and no other place has been recalled for it. */
  isWanted(): boolean
  /** Declares that the holder is about to leave, so that no second place is recalled for the same asker. */
  recall(): void
  /** Gives the place back. Later calls do nothing. */
  leave(): void
}

/**
 * Shares out a scarce resource: some askers hold places, the others wait in a bounded line. The next place goes to the
 * asker that holds least. Of an asker's keys, the one that holds most counts, so that neither a tenant with many users
 * nor a user with many tenants gets more than others. Among equals, the one whose last turn was longest ago goes first.
 * Nobody overtakes the asker whose turn it is, even if only a smaller weight would fit now: otherwise a large one might
 * never get in.
 *
 * One key fills at most half of the line, by the same rule as `keepsPlacesFree`.
 *
 * All state is in memory and changes within one turn of the event loop, so there is no intermediate state: an asker that
 * is admitted and aborted at the same moment has either left the line or holds its place. The places of a killed process
 * vanish with it.
 */
export class FairLine {
  readonly #keys = new Map<string, Key>()
  readonly #line = new WaitingLine()
  #free: number
  #holders = 0
  #recalled = 0
  #waits = 0
  #turns = 0
  #closed = false
  #onEmpty: (() => void) | undefined

  constructor(private readonly options: FairLineOptions) {
    this.#free = options.places
  }

  /**
   * Runs work when its turn comes.
   * @throws what `enter` and `work` throw
   */
  async run<T>(asker: Asker, work: (place: Place) => Promise<T>): Promise<T> {
    const place = await this.enter(asker)
    try {
      return await work(place)
    } finally {
      place.leave()
    }
  }

  /**
   * Waits for a place, which the caller must leave.
   * @throws the error of `busy` if the line is full or the wait is over; {AppError} SHUTTING_DOWN after `close`; and the
   * signal's reason
   */
  async enter({ keys: names, weight: asked = 1, signal }: Asker): Promise<Place> {
    if (this.#closed) throw new AppError('SHUTTING_DOWN')
    signal?.throwIfAborted()
    const weight = Math.min(asked, this.options.places)
    const keys = names.map((name) => this.#key(name))
    if (this.#line.size === 0 && this.#fits(keys, weight)) return this.#take(keys, weight)
    if (!this.#mayWait(keys)) {
      this.#forget(keys)
      throw this.options.busy()
    }
    return this.#wait(keys, weight, signal)
  }

  /** Refuses new and waiting askers, and waits for the holders to leave. */
  async close(): Promise<void> {
    this.#closed = true
    for (const waiter of this.#line.all()) waiter.refuse(new AppError('SHUTTING_DOWN'))
    if (this.#holders > 0) await new Promise<void>((resolve) => (this.#onEmpty = resolve))
  }

  /** Current holders and waiters, and how many have had to wait since the start. */
  counts(): { holding: number; waiting: number; waits: number } {
    return { holding: this.#holders, waiting: this.#line.size, waits: this.#waits }
  }

  #key(name: string): Key {
    let key = this.#keys.get(name)
    if (key === undefined) {
      key = { name, held: 0, waiting: 0, turn: this.#turns }
      this.#keys.set(name, key)
    }
    return key
  }

  #forget(keys: Key[]): void {
    for (const { name, held, waiting } of keys) if (held === 0 && waiting === 0) this.#keys.delete(name)
  }

  #fits(keys: Key[], weight: number): boolean {
    if (weight > this.#free) return false
    return this.options.keepsPlacesFree !== true || leavesEnoughFree(most(keys, 'held'), weight, this.#free)
  }

  #mayWait(keys: Key[]): boolean {
    const room = this.options.waiting - this.#line.size
    return room > 0 && leavesEnoughFree(most(keys, 'waiting'), 1, room)
  }

  #take(keys: Key[], weight: number): Place {
    this.#turns += 1
    this.#free -= weight
    this.#holders += 1
    for (const key of keys) {
      key.held += weight
      key.turn = this.#turns
    }
    let recalled = false
    let left = false
    return {
      isWanted: () => this.#isWanted(keys),
      recall: () => {
        if (recalled || left) return
        recalled = true
        this.#recalled += 1
      },
      leave: () => {
        if (left) return
        left = true
        if (recalled) this.#recalled -= 1
        this.#giveBack(keys, weight)
      }
    }
  }

  #giveBack(keys: Key[], weight: number): void {
    this.#free += weight
    this.#holders -= 1
    for (const key of keys) key.held -= weight
    this.#forget(keys)
    this.#admit()
    if (this.#holders === 0) this.#onEmpty?.()
  }

  #wait(keys: Key[], weight: number, signal: AbortSignal | undefined): Promise<Place> {
    return new Promise((resolve, reject) => {
      const leaveLine = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', onAbort)
        this.#line.remove(waiter)
      }
      const waiter: Waiter = {
        keys,
        weight,
        admit: () => {
          const place = this.#take(keys, weight)
          leaveLine()
          resolve(place)
        },
        refuse: (error) => {
          leaveLine()
          this.#forget(keys)
          reject(error)
          // The next waiter may fit.
          this.#admit()
        }
      }
      const onAbort = () => waiter.refuse(signal?.reason as Error)
      const timer = setTimeout(() => waiter.refuse(this.options.busy()), this.options.waitMs)
      signal?.addEventListener('abort', onAbort)
      this.#line.add(waiter)
      this.#waits += 1
      this.#admit()
    })
  }

  /** Admits waiters in turn, as long as the next one fits. */
  #admit(): void {
    if (this.#closed) return
    for (;;) {
      const next = this.#line.next()
      if (next === undefined || !this.#fits(next.keys, next.weight)) return
      next.admit()
    }
  }

  #isWanted(keys: Key[]): boolean {
    return this.#line.countHoldingLess(most(keys, 'held')) > this.#recalled
  }
}
