import { MAIN_OUTBOX } from '../../db/main/dirty-tenants-repository.js'
import { createAnnouncements } from './announcements.js'

export interface WebhookWakes {
  /** Reports that a relay's turn has ended. @param taken the number of events that it took into the log */
  turnEnded(outbox: string, taken: number): void
  /** Wakes the webhooks that are still to be woken. */
  close(): Promise<void>
}

/**
 * Milliseconds after a tenant's wake-up in which turns that took nothing do not wake it again. Much shorter than the
 * time for which a tenant stays marked after its last event (see publisher.ts).
 */
const QUIET_MS = 30_000

/**
 * Wakes the webhooks of tenants whose logs have grown. A turn that took nothing wakes them as well, since the relay
 * that took the last events may have been killed before it woke them.
 * @param wake wakes the webhooks of several tenants with one statement
 */
export function createWebhookWakes(
  wake: (tenantIds: string[]) => Promise<void>,
  onError: (error: unknown) => void,
  now: () => number = () => performance.now()
): WebhookWakes {
  /** When each tenant was last woken, the longest ago first. */
  const wokenAt = new Map<string, number>()
  const announcements = createAnnouncements(async (tenantIds) => {
    try {
      await wake(tenantIds)
    } catch (error) {
      for (const tenantId of tenantIds) wokenAt.delete(tenantId)
      throw error
    }
  }, onError)

  return {
    turnEnded(outbox, taken) {
      if (outbox === MAIN_OUTBOX) return
      const time = now()
      for (const [tenantId, woken] of wokenAt) {
        if (time - woken < QUIET_MS) break
        wokenAt.delete(tenantId)
      }
      if (taken === 0 && wokenAt.has(outbox)) return
      wokenAt.delete(outbox)
      wokenAt.set(outbox, time)
      announcements.add(outbox)
    },
    close: () => announcements.close()
  }
}
