import type { SessionRepository } from '../../db/main/sessions-repository.js'
import type { Membership, Role, Tenant, TenantRepository } from '../../db/main/tenants-repository.js'
import { AppError } from '../../core/errors.js'
import type { Identity } from '../auth/access-tokens.js'
import { KeySpace } from './key-space.js'

/** Who may do what: asked for every request, and answered from memory where that is certain to be right. */
export interface Access {
  /** @throws {AppError} TOKEN_REVOKED when the session has ended or its account is not active */
  requireSession(identity: Identity): Promise<void>
  /**
   * The tenant and the role in it; null when there is no such tenant or the user is not a member.
   * @throws {AppError} TOKEN_REVOKED when the session has ended or its account is not active
   */
  findMembership(identity: Identity, tenantId: string): Promise<Membership | null>
}

/** How often the cache could answer, could not, and was not asked since changes may not have been heard of. */
export type AccessCounts = Record<'hit' | 'miss' | 'stale', number>

/**
 * Forgets what a change may have made untrue. The database tells every process of every change; whoever makes
 * one says so here as well, so that the next request to the same process sees it.
 */
export interface AccessChanges {
  sessionChanged(sessionId: string): void
  userChanged(userId: string): void
  memberChanged(userId: string, tenantId: string): void
  tenantChanged(tenantId: string): void
  everythingChanged(): void
}

export interface AccessDependencies {
  sessions: Pick<SessionRepository, 'isLive'>
  tenants: Pick<TenantRepository, 'findMembership'>
  /** Whether every change that is older than a moment has been heard of. */
  isFresh: () => boolean
}

/** Entries of each kind; they take some 100 to 500 bytes each. */
const MAX_ENTRIES = 20_000

const memberKey = (userId: string, tenantId: string) => `${userId}:${tenantId}`

/**
 * Only what lets somebody in is remembered: whoever is refused asks the database again the next time. While it
 * is not certain that changes are heard of, everybody asks the database, and where that cannot be asked, nobody
 * gets in.
 */
export function createAccess({
  sessions,
  tenants,
  isFresh
}: AccessDependencies): Access & AccessChanges & { counts: AccessCounts } {
  const counts: AccessCounts = { hit: 0, miss: 0, stale: 0 }
  /** The user of each session that goes on. */
  const liveSessions = new KeySpace<string>(MAX_ENTRIES)
  const activeUsers = new KeySpace<true>(MAX_ENTRIES)
  const roles = new KeySpace<Role>(MAX_ENTRIES)
  const knownTenants = new KeySpace<Tenant>(MAX_ENTRIES)

  const isKnown = ({ sessionId, userId }: Identity) =>
    liveSessions.get(sessionId) === userId && activeUsers.get(userId) === true

  function readingSession() {
    const keepSession = liveSessions.reading()
    const keepUser = activeUsers.reading()
    return ({ sessionId, userId }: Identity) => {
      keepSession(sessionId, userId)
      keepUser(userId, true)
    }
  }

  return {
    counts,

    async requireSession(identity) {
      const fresh = isFresh()
      if (fresh && isKnown(identity)) {
        counts.hit += 1
        return
      }
      counts[fresh ? 'miss' : 'stale'] += 1
      const keep = readingSession()
      if (!(await sessions.isLive(identity.sessionId, identity.userId))) throw new AppError('TOKEN_REVOKED')
      if (fresh) keep(identity)
    },

    async findMembership(identity, givenId) {
      // A UUID has no case, but a key has.
      const tenantId = givenId.toLowerCase()
      const member = memberKey(identity.userId, tenantId)
      const fresh = isFresh()
      if (fresh && isKnown(identity)) {
        const role = roles.get(member)
        const tenant = knownTenants.get(tenantId)
        if (role !== undefined && tenant !== undefined) {
          counts.hit += 1
          return { role, tenant }
        }
      }
      counts[fresh ? 'miss' : 'stale'] += 1
      const keepSession = readingSession()
      const keepRole = roles.reading()
      const keepTenant = knownTenants.reading()
      const found = await tenants.findMembership(identity.sessionId, identity.userId, tenantId)
      if (found.outcome === 'ended') throw new AppError('TOKEN_REVOKED')
      if (fresh) keepSession(identity)
      if (found.outcome === 'no member') return null
      const { membership } = found
      if (fresh) {
        keepRole(member, membership.role)
        keepTenant(tenantId, membership.tenant)
      }
      return membership
    },

    sessionChanged: (sessionId) => liveSessions.forget(sessionId),
    userChanged: (userId) => activeUsers.forget(userId),
    memberChanged: (userId, tenantId) => roles.forget(memberKey(userId, tenantId)),
    tenantChanged: (tenantId) => knownTenants.forget(tenantId),
    everythingChanged() {
      for (const space of [liveSessions, activeUsers, roles, knownTenants]) space.forgetAll()
    }
  }
}
