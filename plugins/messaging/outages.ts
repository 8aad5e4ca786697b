/** The outage that one message or event meets, if there is one. */
export interface Outage {
  /** Records an attempt that failed because a dependency is down; true once the patience is over. */
  lasts(): boolean
  /** Records that the dependency works again: the key's next outage gets the full patience. */
  end(): void
}

/**
 * How long the dependencies of each key's handlers have been down. The patience is that of an outage, not of a message:
 * otherwise a server that is lost for good would hold up each message of its keys for that long, one after another.
 *
 * An outage begins with a key's first failure, and is forgotten after a success, or after `patienceMs` milliseconds
 * without a failure; so memory holds only the keys that failed most recently. A message remembers its own first failure,
 * so that its attempts count in the end however far apart they are.
 * @returns the outage that a new message of a key meets
 */
export function createOutages(patienceMs: number, now = () => performance.now()): (key: string) => Outage {
  /** In the order of the last failure, since a key is inserted again with each. */
  const known = new Map<string, { since: number; last: number }>()

  function forget(time: number): void {
    for (const [key, { last }] of known) {
      if (time - last <= patienceMs) return
      known.delete(key)
    }
  }

  return (key) => {
    let first: number | undefined
    return {
      lasts() {
        const time = now()
        forget(time)
        first ??= time
        const since = Math.min(known.get(key)?.since ?? first, first)
        known.delete(key)
        known.set(key, { since, last: time })
        return time - since >= patienceMs
      },
      end() {
        known.delete(key)
      }
    }
  }
}
