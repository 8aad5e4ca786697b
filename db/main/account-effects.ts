import { and, eq, isNull, type SQL, type WithSubquery } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { now, query } from '../statement.js'
import { tokenFamilies } from './schema.js'

const { id, user_id, revoked_at } = tokenFamilies

/** The CTE that ends the sessions of the accounts in another CTE that match the conditions. */
export const endSessions = (account: WithSubquery & { id: PgColumn }, ...conditions: SQL[]) =>
  query.$with('ended').as(
    query
      .update(tokenFamilies)
      .set({ revoked_at: now })
      .from(account)
      .where(and(eq(user_id, account.id), isNull(revoked_at), ...conditions))
      .returning({ id })
  )
