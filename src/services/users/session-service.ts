import type { Actor } from '../../../db/actor.js'
import type { Session, SessionRepository } from '../../../db/main/sessions-repository.js'
import type { AccessChanges } from '../../../plugins/access/access.js'
import type { Identity } from '../../../plugins/auth/access-tokens.js'
import type { Outboxes } from '../../../plugins/messaging/outboxes.js'
import { AppError } from '../../../core/errors.js'
import type { PageNumber, PageOf } from '../lists/page.js'

/** A session as its owner sees it; `current` marks the requesting one. */
export type OwnSession = Session & { current: boolean }

export interface SessionServiceDependencies {
  sessions: SessionRepository
  outboxes: Outboxes
  accessChanges: AccessChanges
}

export type SessionService = ReturnType<typeof createSessionService>

/** The sessions of an account, for its owner. */
export function createSessionService({ sessions, outboxes, accessChanges }: SessionServiceDependencies) {
  return {
    /** The active sessions, most recently used first. */
    async list({ userId, sessionId }: Identity, page: PageNumber): Promise<PageOf<OwnSession>> {
      const { items, total } = await sessions.list(userId, page)
      return { items: items.map((session) => ({ ...session, current: session.id === sessionId })), total }
    },

    /** @throws {AppError} SESSION_NOT_FOUND */
    async end(sessionId: string, actor: Actor): Promise<void> {
      const { outcome } = await outboxes.recordMain(() => sessions.endOne(sessionId, actor))
      if (outcome === 'missing') throw new AppError('SESSION_NOT_FOUND')
      accessChanges.sessionChanged(sessionId.toLowerCase())
    },

    /** Ends all sessions but the requesting one; returns how many. */
    async endOthers({ sessionId }: Identity, actor: Actor): Promise<number> {
      const ended = await outboxes.recordMain(() => sessions.endOthers(sessionId, actor))
      for (const id of ended) accessChanges.sessionChanged(id)
      return ended.length
    }
  }
}
