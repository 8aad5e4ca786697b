import { hash } from 'node:crypto'
import { AppError } from '../../../core/errors.js'

/**
 * Makes an opaque cursor: where a page ended, and a fingerprint of its query. It contains only what the client has just
 * seen, so it needs no signature; the decoder checks its values.
 */
export function encodeCursor(position: object, scope: object): string {
  return Buffer.from(JSON.stringify([fingerprint(scope), position])).toString('base64url')
}

/** @throws {AppError} VALIDATION_ERROR if the cursor belongs to another query, or is invalid */
export function decodeCursor<Position>(
  cursor: string,
  scope: object,
  isPosition: (value: unknown) => value is Position
): Position {
  const parsed = parse(cursor)
  if (!Array.isArray(parsed) || parsed[0] !== fingerprint(scope)) throw invalid()
  const position: unknown = parsed[1]
  if (!isPosition(position)) throw invalid()
  return position
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch (error) {
    throw invalid(error)
  }
}

function invalid(cause?: unknown): AppError {
  return new AppError('VALIDATION_ERROR', {
    details: [
      { field: '/cursor', message: 'must be the next_cursor of a list with the same filters and sort order' }
    ],
    cause
  })
}

function fingerprint(scope: object): string {
  return hash('sha256', JSON.stringify(scope), 'base64url').slice(0, 16)
}
