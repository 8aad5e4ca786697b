import { LRUCache } from 'lru-cache'

/** What the database said, by key, for as long as nothing is known to have changed it. */
export class KeySpace<Value extends object | string | true> {
  readonly #values: LRUCache<string, Value>
  #epoch = 0

  /** @param max entries; those not used for longest make room */
  constructor(max: number) {
    this.#values = new LRUCache({ max })
  }

  get(key: string): Value | undefined {
    return this.#values.get(key)
  }

  /**
   * To be called before the database is asked. What it returns keeps the answer, unless anything was forgotten
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
