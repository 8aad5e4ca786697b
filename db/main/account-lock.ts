import { eq } from 'drizzle-orm'
import { rendered, query, type Named } from '../statement.js'
import { users } from './schema.js'

// A transaction that locks both an account and tenants locks the account first; otherwise two could deadlock. Each lock
// is a separate statement that returns no row if there is no such account.
interface ById {
  userId: string
}
const accountOf = ({ userId }: Named<ById>) =>
  query.select({ id: users.id }).from(users).where(eq(users.id, userId))

/**
 * Locks an account before its sessions are ended. It is a separate statement, so that the statement that ends the
 * sessions sees those that were just being started, and a later log-in sees the change.
 */
export const lockAccount = rendered((named: Named<ById>) => accountOf(named).for('no key update'))

/** Keeps an account from being deleted until the transaction ends, so that rows can refer to it. */
export const keepAccount = rendered((named: Named<ById>) => accountOf(named).for('key share'))
