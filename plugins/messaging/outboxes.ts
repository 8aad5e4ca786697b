import { MAIN_OUTBOX, type DirtyTenantRepository } from '../../db/main/dirty-tenants-repository.js'

/**
 * Wraps every change that writes an event. The repositories write the event in the statement that makes the change;
 * this makes sure that a relay will look for it.
 */
export interface Outboxes {
  /** Runs work that may commit an event to the tenant's outbox. */
  record<T>(tenantId: string, work: () => Promise<T>): Promise<T>
  /** The same for the outbox of the main database. */
  recordMain<T>(work: () => Promise<T>): Promise<T>
}

/** How many milliseconds a process waits before it marks the same tenant again. */
export const MARK_DEBOUNCE_MS = 5_000

/**
 * Marks a tenant dirty before its event commits, so that the sweep finds the event even after a crash right after the
 * commit. The outbox of the main database needs no mark, since every sweep looks there.
 */
export function createOutboxes(
  dirtyTenants: Pick<DirtyTenantRepository, 'mark'>,
  nudge: (outbox: string) => void,
  now: () => number = () => performance.now()
): Outboxes {
  const markedAt = new Map<string, number>()

  async function mark(tenantId: string): Promise<void> {
    const asked = now()
    const last = markedAt.get(tenantId)
    if (last !== undefined && asked - last < MARK_DEBOUNCE_MS) return
    await dirtyTenants.mark(tenantId)
    // The time from before the statement, so that the debounce never outlasts the mark.
    markedAt.delete(tenantId)
    markedAt.set(tenantId, asked)
    forgetOld(asked)
  }

  /** The map keeps the order of marking, so the oldest come first. */
  function forgetOld(time: number): void {
    for (const [tenantId, marked] of markedAt) {
      if (time - marked < MARK_DEBOUNCE_MS) return
      markedAt.delete(tenantId)
    }
  }

  return {
    async record(tenantId, work) {
      await mark(tenantId)
      const result = await work()
      nudge(tenantId)
      return result
    },
    async recordMain(work) {
      const result = await work()
      nudge(MAIN_OUTBOX)
      return result
    }
  }
}
