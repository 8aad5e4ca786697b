import { isBefore, most, type Key } from './turns.js'

/** A waiting asker. */
export interface Waiter {
  keys: Key[]
  weight: number
  admit: () => void
  refuse: (error: Error) => void
}

/** The waiting askers, and whose turn is next. Askers with the same keys stay in arrival order. */
export class WaitingLine {
  readonly #groups = new Map<string, Set<Waiter>>()
  #size = 0

  get size(): number {
    return this.#size
  }

  add(waiter: Waiter): void {
    const name = nameOf(waiter)
    const group = this.#groups.get(name) ?? new Set()
    this.#groups.set(name, group.add(waiter))
    for (const key of waiter.keys) key.waiting += 1
    this.#size += 1
  }

  remove(waiter: Waiter): void {
    const name = nameOf(waiter)
    const group = this.#groups.get(name)
    if (group?.delete(waiter) !== true) return
    for (const key of waiter.keys) key.waiting -= 1
    this.#size -= 1
    if (group.size === 0) this.#groups.delete(name)
  }

  next(): Waiter | undefined {
    let next: Waiter | undefined
    for (const [first] of this.#groups.values())
      if (first !== undefined && (next === undefined || isBefore(first.keys, next.keys))) next = first
    return next
  }

  /** The number of waiting askers whose keys hold less than this. */
  countHoldingLess(held: number): number {
    let count = 0
    for (const group of this.#groups.values()) {
      const [first] = group
      if (first !== undefined && most(first.keys, 'held') < held) count += group.size
    }
    return count
  }

  all(): Waiter[] {
    return [...this.#groups.values()].flatMap((group) => [...group])
  }
}

const nameOf = ({ keys }: Waiter) => keys.map((key) => key.name).join('\n')
