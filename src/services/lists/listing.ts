import { Type, type TSchema } from '@sinclair/typebox'
import { COUNT_CAP, type PageStart, type Position } from '../../../db/list-statement.js'
import { Id, Moment, NO_NUL } from '../../../core/formats.js'
import { compileCheck } from '../../../core/validation/check.js'
import { decodeCursor, encodeCursor } from './cursor.js'

/** The requested part of a list: a page by its number, from 1, or by a cursor. */
export interface ListQuery {
  page: number
  perPage: number
  cursor?: string | undefined
  /** Whether the items on all pages are counted; they are by default. */
  counted?: boolean
}

export interface Listing<Item> {
  items: Item[]
  /** The number of items on all pages; a lower bound if they were not counted, or not all of them. */
  total: number
  /** True if there may be more items than were counted. */
  totalCapped: boolean
  nextCursor: string | null
}

export interface ListSource<Item> {
  /** Identifies the list: a cursor is valid only for the same scope. */
  scope: object
  /** Whether the items are counted only up to `COUNT_CAP` + 1; otherwise the total is exact. */
  capped: boolean
  isPosition: (value: unknown) => value is Position
  positionOf: (item: Item) => Position
  /** The total is null if it was not counted. */
  load: (part: { limit: number; start: PageStart }) => Promise<{ items: Item[]; total: number | null }>
}

/** @throws {AppError} VALIDATION_ERROR for a cursor of another scope */
export async function listPage<Item>(query: ListQuery, source: ListSource<Item>): Promise<Listing<Item>> {
  const { page, perPage, cursor } = query
  const start =
    cursor === undefined
      ? { offset: (page - 1) * perPage }
      : { after: decodeCursor(cursor, source.scope, source.isPosition) }
  // One extra item shows whether there is a next page.
  const found = await source.load({ limit: perPage + 1, start })
  const items = found.items.slice(0, perPage)
  const last = items.at(-1)
  const more = found.items.length > perPage && last !== undefined
  const nextCursor = more ? encodeCursor(source.positionOf(last), source.scope) : null
  if (found.total === null) return { items, ...knownFrom(query, items.length, more), nextCursor }
  const totalCapped = source.capped && found.total > COUNT_CAP
  return { items, total: totalCapped ? COUNT_CAP : found.total, totalCapped, nextCursor }
}

/** The lower bound of the total that a page shows: if it was requested by number, all pages before it are full. */
function knownFrom({ page, perPage, cursor }: ListQuery, length: number, more: boolean) {
  const isReached = cursor === undefined && (length > 0 || page === 1)
  return { total: (isReached ? (page - 1) * perPage : 0) + length, totalCapped: more || !isReached }
}

function positionIn(value: TSchema) {
  const problemsIn = compileCheck(Type.Object({ id: Id, value }))
  return (given: unknown): given is Position => problemsIn(given).length === 0
}

/** A position in an order by time. A cursor comes from a client, so its value must be comparable with the column. */
export const isMomentPosition = positionIn(Moment)
/** A position in an order by name. */
export const isNamePosition = positionIn(Type.String({ pattern: NO_NUL }))
