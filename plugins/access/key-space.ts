import { LRUCache } from 'lru-cache'

/** Caches the database's answers by key until a change evicts them. */
export class KeySpace<Value extends object | string | true> {
  readonly #values: LRUCache<string, Value>
  #epoch = 0

  /** @param max maximum number of entries; the least recently used are evicted */
  constructor(max: number) {
    this.#values = new LRUCache({ max })
  }

  get(key: string): Value | undefined {
    return this.#values.get(key)
  }

  /**
   * Call this before asking the database. The returned function stores the answer, unless anything was evicted
   * meanwhile: then the answer may be older than the change.
   */
  reading(): (key: string, value: Value) => void {
    const epoch = this.#epoch
    return (key, value) => {
      if (epoch === this.#epoch) this.#values.set(key, value)
    }
  }

  forget(key: string): void {
    this.#epoch += 1
    this.#values.delete(key)
  }

  forgetAll(): void {
    this.#epoch += 1
    this.#values.clear()
  }
}
