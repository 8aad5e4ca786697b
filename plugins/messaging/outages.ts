/**
 * How long the dependencies of each key's handlers have been down. The patience is that of an outage, not of a message:
 * otherwise a server that is lost for good would hold up each message of its keys for that long, one after another.
 */
export interface Outages {
  /** Records an attempt that failed because a dependency is down; true once its key's patience is over. */
  lasts(key: string): boolean
  /** Records that a dependency works again: the key's next outage gets the full patience. */
  end(key: string): void
}

/**
 * An outage begins with a key's first failure, and is forgotten after a success, or after `patienceMs` milliseconds
 * without a failure; so memory holds only the keys that failed most recently.
 */
export function createOutages(patienceMs: number, now = () => performance.now()): Outages {
  /** In the order of the last failure, since a key is inserted again with each. */
  const known = new Map<string, { since: number; last: number }>()
  return {
    lasts(key) {
      const time = now()
      for (const [old, { last }] of known) {
        if (time - last <= patienceMs) break
        known.delete(old)
      }
      const since = known.get(key)?.since ?? time
      known.delete(key)
      known.set(key, { since, last: time })
      return time - since >= patienceMs
    },
    end(key) {
      known.delete(key)
    }
  }
}
