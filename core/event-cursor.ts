import { AppError } from './errors.js'

/** A place in an event log. */
export interface EventPosition {
  /** Which positions it counts in: a log begins a new epoch when it may give out positions again. */
  epoch: string
  /** That of the last event before this place; 0: before the first one. */
  position: number
}

const WRITTEN = /^([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}):(0|[1-9]\d{0,14})$/

/** An opaque cursor. It contains nothing secret, so it needs no signature: a made-up one only skips events. */
export function encodeEventCursor({ epoch, position }: EventPosition): string {
  return Buffer.from(`${epoch}:${position}`).toString('base64url')
}

/** @throws {AppError} VALIDATION_ERROR if it is not a cursor of an event log. @param field that has it */
export function decodeEventCursor(cursor: string, field: string): EventPosition {
  const [, epoch, position] = WRITTEN.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? []
  if (epoch === undefined) {
    const details = [{ field, message: 'must be a cursor of these events, or latest' }]
    throw new AppError('VALIDATION_ERROR', { details })
  }
  return { epoch, position: Number(position) }
}

/** The refusal of a cursor whose events are no longer kept. @param oldest where the log begins now */
export const cursorExpired = (oldest: EventPosition): AppError =>
  new AppError('CURSOR_EXPIRED', { oldestCursor: encodeEventCursor(oldest) })
