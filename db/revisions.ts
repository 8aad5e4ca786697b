import { sql, type Placeholder, type SQL, type SQLWrapper } from 'drizzle-orm'
import type { Actor } from './actor.js'

/** The revisions of a row that a change is meant for; undefined: any. None of them may match. */
export type ExpectedRevisions = readonly number[] | undefined

/** Who changes something, and the revisions of it that the change is meant for. */
export interface ChangedBy {
  actor: Actor
  expected?: ExpectedRevisions
}

/** The parameter of `isExpected`: an array as PostgreSQL writes it. */
export const expectedParameter = (revisions: ExpectedRevisions): string | null =>
  revisions === undefined ? null : `{${revisions.join()}}`

/**
 * Whether a row has one of the expected revisions, for the WHERE of the statement that changes the row. A row that
 * somebody else is changing is looked at again after that (READ COMMITTED), so that of several changes meant for one
 * revision only the first is made.
 * https://www.postgresql.org/docs/current/transaction-iso.html#XACT-READ-COMMITTED
 */
export const isExpected = (revision: SQLWrapper, expected: Placeholder): SQL =>
  sql`(${expected}::text is null or ${revision} = any(${expected}::text::int[]))`
