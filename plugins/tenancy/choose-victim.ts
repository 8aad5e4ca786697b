/** A pool, as another pool sees it that needs one of its connections. */
export interface Candidate {
  /** Its open connections, not counting retired ones; and how many of them are idle. */
  live: number
  idle: number
  leases: number
  /** Milliseconds, from performance.now(). */
  lastUsed: number
}

/**
 * The pool that can best spare a connection. In order of preference: a pool that has an idle connection and another
 * one; a pool that nobody uses; a pool that has another connection; any pool. Of several pools in use, it is the first,
 * so the caller sorts the pools by their turns. Of several unused pools, it is a random one of the least recently used
 * half: if tenants take turns, the least recently used pool is the next to be used.
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
