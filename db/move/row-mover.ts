import { countRows, moveRows } from './move-rows.js'
import { dropLeft, stopLogging, takeSource, takeTarget } from './undo-move.js'

/** Moves a tenant's rows between places, and cleans up after unfinished moves. */
export const rowMover = { moveRows, countRows, takeSource, takeTarget, stopLogging, dropLeft }

export type RowMover = typeof rowMover
