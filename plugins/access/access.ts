import type { LiveKey } from '../../db/main/api-keys-repository.js'
import type { SessionRepository } from '../../db/main/sessions-repository.js'
import type { Membership, Role, Tenant, TenantRepository } from '../../db/main/tenants-repository.js'
import { AppError } from '../../core/errors.js'
import type { Identity } from '../auth/access-tokens.js'
import { KeySpace } from './key-space.js'
import { toKnownKey, type KnownKey } from './known-key.js'

/** Access checks for every request, answered from the cache while the cache is certain to be current. */
export interface Access {
  /** @throws {AppError} TOKEN_REVOKED if the session has ended or its account is not active */
  requireSession(identity: Identity): Promise<void>
  /**
   * What a key allows; null if it is unknown or revoked, or its account is not active.
   * @param from the sender; senders take turns in the line of look-ups
   * @throws {AppError} AUTH_BUSY if too many keys are being looked up
   */
  findKey(keyId: string, from: { readonly sender: string }): Promise<KnownKey | null>
  /**
   * The tenant and the user's role in it; null if there is no such tenant or the user is not a member.
   * @throws {AppError} TOKEN_REVOKED (INVALID_TOKEN for a key) if the session has ended or its account is not active
   */
  findMembership(identity: Identity, tenantId: string): Promise<Membership | null>
}

/** How often the cache answered, could not answer, or could not be trusted because changes may have been missed. */
export type AccessCounts = Record<'hit' | 'miss' | 'stale', number>

/**
 * Evicts cache entries that a change may have made wrong. The database notifies every process of every change; the
 * process that makes a change also calls these methods, so that its next request sees it.
 */
export interface AccessChanges {
  /** @param sessionId the id of a session or of a key */
  sessionChanged(sessionId: string): void
  userChanged(userId: string): void
  memberChanged(userId: string, tenantId: string): void
  tenantChanged(tenantId: string): void
  everythingChanged(): void
}

export interface AccessDependencies {
  sessions: Pick<SessionRepository, 'isLive'>
  tenants: Pick<TenantRepository, 'findMembership'>
  keys: { findLive: (keyId: string, sender: string) => Promise<LiveKey | null> }
  /** Whether all changes but the very latest have been received; see `ChangeListener`. */
  isFresh: () => boolean
}

/** Maximum entries of each kind; each takes about 100 to 500 bytes. */
const MAX_ENTRIES = 20_000

const memberKey = (userId: string, tenantId: string) => `${userId}:${tenantId}`

/**
 * Caches only positive answers: after a refusal, the next request asks the database again. While changes may have been
 * missed, every request asks the database; if the database is unreachable, every request fails.
 */
export function createAccess({
  sessions,
  tenants,
  keys,
  isFresh
}: AccessDependencies): Access & AccessChanges & { counts: AccessCounts } {
  const counts: AccessCounts = { hit: 0, miss: 0, stale: 0 }
  /** The user of each active session. */
  const liveSessions = new KeySpace<string>(MAX_ENTRIES)
  const liveKeys = new KeySpace<KnownKey>(MAX_ENTRIES)
  const activeUsers = new KeySpace<true>(MAX_ENTRIES)
  const roles = new KeySpace<Role>(MAX_ENTRIES)
  const knownTenants = new KeySpace<Tenant>(MAX_ENTRIES)

  const ownerOf = ({ sessionId, key }: Identity) =>
    key === undefined ? liveSessions.get(sessionId) : liveKeys.get(sessionId)?.user_id
  const isKnown = (identity: Identity) =>
    ownerOf(identity) === identity.userId && activeUsers.get(identity.userId) === true

  function readingSession() {
    const keepSession = liveSessions.reading()
    const keepUser = activeUsers.reading()
    return ({ sessionId, userId, key }: Identity) => {
      if (key === undefined) keepSession(sessionId, userId)
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

    async findKey(keyId, from) {
      const fresh = isFresh()
      const known = fresh ? liveKeys.get(keyId) : undefined
      if (known !== undefined && activeUsers.get(known.user_id) === true) {
        counts.hit += 1
        return known
      }
      counts[fresh ? 'miss' : 'stale'] += 1
      const keepKey = liveKeys.reading()
      const keepUser = activeUsers.reading()
      const found = await keys.findLive(keyId, from.sender)
      if (found === null) return null
      const key = toKnownKey(found)
      if (fresh) {
        keepKey(keyId, key)
        keepUser(key.user_id, true)
      }
      return key
    },

    async findMembership(identity, givenId) {
      // UUIDs are case-insensitive, but keys are not.
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
      const found = await tenants.findMembership(
        identity.key === undefined ? 'session' : 'key',
        identity.sessionId,
        identity.userId,
        tenantId
      )
      if (found.outcome === 'ended') throw ended(identity)
      if (fresh) keepSession(identity)
      if (found.outcome === 'no member') return null
      const { membership } = found
      if (fresh) {
        keepRole(member, membership.role)
        keepTenant(tenantId, membership.tenant)
      }
      return membership
    },

    sessionChanged(sessionId) {
      liveSessions.forget(sessionId)
      liveKeys.forget(sessionId)
    },
    userChanged: (userId) => activeUsers.forget(userId),
    memberChanged: (userId, tenantId) => roles.forget(memberKey(userId, tenantId)),
    tenantChanged: (tenantId) => knownTenants.forget(tenantId),
    everythingChanged() {
      for (const space of [liveSessions, liveKeys, activeUsers, roles, knownTenants]) space.forgetAll()
    }
  }
}

const ended = ({ key }: Identity) => new AppError(key === undefined ? 'TOKEN_REVOKED' : 'INVALID_TOKEN')
