import { eq } from 'drizzle-orm'
import { rendered, query, type Named } from '../statement.js'
import { users } from './schema.js'

/**
 * Locks an account before its sessions are ended. It is a separate statement, so that the statement that ends the
 * sessions sees those that were just being started, and a later log-in sees the change.
 */
export const lockAccount = rendered(({ userId }: Named<{ userId: string }>) =>
  query.select({ id: users.id }).from(users).where(eq(users.id, userId)).for('no key update')
)
