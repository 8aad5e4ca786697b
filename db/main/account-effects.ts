import { and, eq, inArray, isNull, sql, type Placeholder, type SQL, type WithSubquery } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { now, query } from '../statement.js'
import { passwordFailures, tokenFamilies } from './schema.js'

const { id, user_id, revoked_at } = tokenFamilies

/** The CTE that ends the sessions of the accounts of another, as far as the conditions hold. */
export const endSessions = (account: WithSubquery & { id: PgColumn }, ...conditions: SQL[]) =>
  query.$with('ended').as(
    query
      .update(tokenFamilies)
      .set({ revoked_at: now })
      .from(account)
      .where(and(eq(user_id, account.id), isNull(revoked_at), ...conditions))
      .returning({ id })
  )

/** The CTE that forgets the failures that were counted for these subjects, if another has a row. */
export const forgive = (source: WithSubquery, ...subjects: Placeholder[]) =>
  query
    .$with('forgiven')
    .as(
      query
        .delete(passwordFailures)
        .where(and(inArray(passwordFailures.subject, subjects), sql`exists (select from ${source})`))
    )
