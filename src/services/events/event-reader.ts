import { WORK_EVENTS } from '../../../core/events.js'
import type { EventFilter, FeedStart } from '../../../db/event-feed.js'
import { decodeEventCursor } from '../../../core/event-cursor.js'

/** What a client asks of the events of a log. */
export interface EventQuery {
  /** A cursor, or `latest`; undefined: from the oldest kept event on. */
  after?: string | undefined
  /** Comma-separated; undefined: all. */
  types?: string | undefined
}

/**
 * What a reader gets: never what our processes send themselves; audit entries, and addresses of clients, only as far as
 * the reader may read the audit log.
 */
export function filterFor({ types }: EventQuery, seesAudit: boolean): EventFilter {
  return {
    hidden: seesAudit ? WORK_EVENTS : WITHOUT_AUDIT,
    types: types === undefined ? null : [...new Set(types.split(','))].sort(),
    addresses: seesAudit
  }
}

const WITHOUT_AUDIT = [...WORK_EVENTS, 'audit.log']

/** @throws {AppError} VALIDATION_ERROR for anything that is no cursor. @param field that has it */
export function startOf(after: string | undefined, field: string): FeedStart {
  if (after === undefined) return 'oldest'
  return after === 'latest' ? after : decodeEventCursor(after, field)
}
