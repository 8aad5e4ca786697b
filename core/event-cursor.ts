import { AppError } from './errors.js'

/** A place in an event log. */
export interface EventPosition {
  /** The epoch of the log; a new one begins when the log may assign the same positions a second time. */
  epoch: string
  /** The position of the last event before this place; 0: before the first event. */
  position: number
}

const WRITTEN = /^([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}):(0|[1-9]\d{0,14})$/

/** An opaque cursor. It contains nothing secret, so it needs no signature: a made-up one only skips events. */
export function encodeEventCursor({ epoch, position }: EventPosition): string {
  return Buffer.from(`${epoch}:${position}`).toString('base64url')
}

/** @throws {AppError} VALIDATION_ERROR if it is not a cursor of an event log. @param field the field that holds it */
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
