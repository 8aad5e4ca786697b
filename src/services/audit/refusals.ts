import type { AuditRepository } from '../../../db/main/audit-repository.js'
import type { Actor } from '../../../db/actor.js'

/** A refused attempt of a known user. */
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
/** Maximum number of entries per process and minute. */
export const MAX_REFUSALS = 60

/**
 * Records attempts refused for lack of rights: only a sample, since anyone can make any number of them. Records the
 * first per user, tenant, route and code in a minute, and at most `MAX_REFUSALS` per process.
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
