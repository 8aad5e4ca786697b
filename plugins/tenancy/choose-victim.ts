/** A pool as someone sees it who needs one of its connections. */
export interface Candidate {
  /** Its open connections, without those that already leave; and how many of them are idle. */
  live: number
  idle: number
  leases: number
  /** Milliseconds, from performance.now(). */
  lastUsed: number
}

/**
 * The pool that can best spare a connection: one that keeps another while this one is idle; one that nobody uses; one
 * that keeps another; any. Of several in use it is the first, so the caller puts the pools in the order of their turns.
 * Of the unused ones it is a random one of the older half: if tenants take turns, the least recently used is the next
 * to be used.
 */
export function chooseVictim<C extends Candidate>(candidates: readonly C[], idleOnly = false): C | undefined {
  const spare = candidates.find(({ live, idle }) => idle > 0 && live > 1)
  if (spare !== undefined) return spare
  const unused = candidates
    .filter(({ idle, leases }) => idle > 0 && leases === 0)
    .sort((one, other) => one.lastUsed - other.lastUsed)
  if (unused.length > 0) return unused[Math.floor(Math.random() * Math.ceil(unused.length / 2))]
  if (idleOnly) return undefined
  return candidates.find(({ live }) => live > 1) ?? candidates.find(({ live }) => live > 0)
}
