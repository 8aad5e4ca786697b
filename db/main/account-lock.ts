import { eq } from 'drizzle-orm'
import { rendered, query, type Named } from '../statement.js'
import { users } from './schema.js'

/**
 * Locks an account before its sessions are ended, by a statement of its own: so the one that ends them sees those that
 * were being started, and a log-in that comes later finds what was changed.
 */
export const lockAccount = rendered(({ userId }: Named<{ userId: string }>) =>
  query.select({ id: users.id }).from(users).where(eq(users.id, userId)).for('no key update')
)
