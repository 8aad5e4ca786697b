import { WORK_EVENTS } from '../../../core/events.js'
import type { EventFilter, FeedStart } from '../../../db/event-feed.js'
import { decodeEventCursor } from '../../../core/event-cursor.js'

/** Which events of a log a client asks for. */
export interface EventQuery {
  /** A cursor, or `latest`; undefined starts at the oldest kept event. */
  after?: string | undefined
  /** Comma-separated; undefined for all types. */
  types?: string | undefined
}

/**
 * What a reader sees. Events by which our processes give each other work are always hidden; audit entries and clients'
 * addresses are hidden from readers who may not read the audit log.
 */
export function filterFor({ types }: EventQuery, seesAudit: boolean): EventFilter {
  return {
    hidden: seesAudit ? WORK_EVENTS : WITHOUT_AUDIT,
    types: types === undefined ? null : [...new Set(types.split(','))].sort(),
    addresses: seesAudit
  }
}

const WITHOUT_AUDIT = [...WORK_EVENTS, 'audit.log']

/** @param field of the cursor, named in the error. @throws {AppError} VALIDATION_ERROR for an invalid cursor */
export function startOf(after: string | undefined, field: string): FeedStart {
  if (after === undefined) return 'oldest'
  return after === 'latest' ? after : decodeEventCursor(after, field)
}
