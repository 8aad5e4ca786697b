import { sql, type Placeholder, type SQL, type SQLWrapper } from 'drizzle-orm'
import type { Actor } from './actor.js'

/** The revisions of a row to which a change may apply; undefined for any. An empty array matches none. */
export type ExpectedRevisions = readonly number[] | undefined

/** The actor of a change, and the revisions to which it may apply. */
export interface ChangedBy {
  actor: Actor
  expected?: ExpectedRevisions
}

/** The parameter of `isExpected`: the text form of an array. */
export const expectedParameter = (revisions: ExpectedRevisions): string | null =>
  revisions === undefined ? null : `{${revisions.join()}}`

/**
 * Whether a row has one of the expected revisions, for the WHERE of the statement that changes the row. After waiting
 * for a concurrent change of the row, PostgreSQL evaluates the WHERE again (READ COMMITTED), so of several changes to
 * the same revision only the first is made.
 * https://www.postgresql.org/docs/current/transaction-iso.html#XACT-READ-COMMITTED
 */
export const isExpected = (revision: SQLWrapper, expected: Placeholder): SQL =>
  sql`(${expected}::text is null or ${revision} = any(${expected}::text::int[]))`
