import type { AuditRepository } from '../../../db/main/audit-repository.js'
import type { Actor } from '../../../db/actor.js'

/** What somebody who is known was refused. */
export interface Refusal {
  tenantId: string | null
  actor: Actor
  /** Method and pattern, such as "GET /api/tenants/:tenant_id/audit". */
  route: string
  code: string
}

export interface RefusalsDependencies {
  audit: Pick<AuditRepository, 'recordRefusal'>
  recordMain: <T>(work: () => Promise<T>) => Promise<T>
  now?: () => number
}

export type Refusals = ReturnType<typeof createRefusals>

const WINDOW_MS = 60_000
/** Entries that one process makes in a minute. */
export const MAX_REFUSALS = 60

/**
 * Attempts that were refused for want of a right: a sample, since anybody can make any number of them. The first of each
 * user, tenant, route and code in a minute is written down, and no more than `MAX_REFUSALS` by one process.
 */
export function createRefusals({ audit, recordMain, now = Date.now }: RefusalsDependencies) {
  let seen = new Set<string>()
  let minute = 0

  return {
    async note(refusal: Refusal): Promise<void> {
      const current = Math.floor(now() / WINDOW_MS)
      if (current !== minute) {
        seen = new Set()
        minute = current
      }
      const { tenantId, actor, route, code } = refusal
      const key = [actor.userId, tenantId, route, code].join(' ')
      if (seen.has(key) || seen.size >= MAX_REFUSALS) return
      seen.add(key)
      await recordMain(() => audit.recordRefusal(refusal))
    }
  }
}
