import { and, asc, count, eq, gt, ne, sql, type WithSubquery } from 'drizzle-orm'
import type { AuditEvent } from '../audit-event.js'
import { withTransaction, type DatabaseClient } from '../client.js'
import { jsonObject, now, prepared, query, rendered, type Named } from '../statement.js'
import { endSessions } from './account-effects.js'
import { lockAccount } from './account-lock.js'
import { accountDeleted, solelyManaged, type NamedTenant } from './account-removal.js'
import { auditInMain, byAccount } from './audit-in-main.js'
import { forgetAccount } from './password-failures-repository.js'
import { users, userTenantAssociations as members } from './schema.js'
import { userColumns, type Person } from './users-repository.js'

/** An account as an operator sees it. */
export type ListedAccount = Person & { tenants: number }

type ByOperator = { userId: string; osUser: string }
type Activation = ByOperator & { active: boolean }
type PasswordReset = ByOperator & { hash: string; accountKey: string }

/** The CTE that writes the audit entry, which belongs to the account. */
const operatorEvent = (
  account: WithSubquery & { id: AuditEvent['targetId'] },
  action: AuditEvent['action'],
  osUser: Named<ByOperator>['osUser']
) =>
  query.$with('event', {}).as(
    auditInMain(
      {
        action,
        ...byAccount(account),
        details: jsonObject({ by: 'operator', os_user: sql`${osUser}::text` })
      },
      account
    )
  )

const setOperator = rendered(({ userId, operator, osUser }: Named<ByOperator & { operator: boolean }>) => {
  const account = query.$with('account').as(
    query
      .update(users)
      .set({ operator: sql`${operator}`, updated_at: now })
      .where(and(eq(users.id, userId), ne(users.operator, operator)))
      .returning({ id: users.id })
  )
  const action = sql`case when ${operator}::bool then 'user.operator_granted' else 'user.operator_revoked' end`
  return query
    .with(account, operatorEvent(account, action, osUser))
    .select({ id: account.id })
    .from(account)
})
const setActive = rendered(({ userId, active, osUser }: Named<Activation>) => {
  const account = query.$with('account').as(
    query
      .update(users)
      .set({ is_active: sql`${active}`, updated_at: now })
      .where(and(eq(users.id, userId), ne(users.is_active, active)))
      .returning({ id: users.id })
  )
  const ended = endSessions(account, sql`not ${active}::bool`)
  const action = sql`case when ${active}::bool then 'user.activated' else 'user.deactivated' end`
  return query
    .with(account, ended, operatorEvent(account, action, osUser))
    .select({ id: account.id })
    .from(account)
})
const setMayCreateTenants = rendered(
  ({ userId, allowed, osUser }: Named<ByOperator & { allowed: boolean }>) => {
    const account = query.$with('account').as(
      query
        .update(users)
        .set({ may_create_tenants: sql`${allowed}`, updated_at: now })
        .where(and(eq(users.id, userId), ne(users.may_create_tenants, allowed)))
        .returning({ id: users.id })
    )
    const action = sql`case when ${allowed}::bool then 'user.tenants_permitted' else 'user.tenants_forbidden' end`
    return query
      .with(account, operatorEvent(account, action, osUser))
      .select({ id: account.id })
      .from(account)
  }
)
const resetPassword = rendered((named: Named<PasswordReset>) => {
  const account = query.$with('account').as(
    query
      .update(users)
      .set({ password_hash: sql`${named.hash}`, updated_at: now })
      .where(eq(users.id, named.userId))
      .returning({ id: users.id })
  )
  const forgotten = forgetAccount(account, named.accountKey)
  const ended = endSessions(account)
  return query
    .with(account, ...forgotten, ended, operatorEvent(account, sql`'user.password_reset'`, named.osUser))
    .select({ id: account.id })
    .from(account)
})

export type AccountAdministration = ReturnType<typeof createAccountAdministration>

/**
 * Changes that operators make to accounts. The details of the audit entries name the operator's login on the operating
 * system; there is no IP address.
 * @param osUser who runs the command
 */
export function createAccountAdministration({ sql: client }: DatabaseClient, osUser: string) {
  const tenantsOfAccount = query.select({ count: count() }).from(members).where(eq(members.user_id, users.id))
  const listAfter = prepared(client, ({ email, limit }: Named<{ email: string; limit: number }>) =>
    query
      .select({
        ...userColumns,
        tenants: sql<number>`${tenantsOfAccount}`.as('tenants')
      })
      .from(users)
      .where(gt(users.email, email))
      .orderBy(asc(users.email))
      .limit(limit)
  )
  const remove = prepared(client, ({ userId, osUser }: Named<ByOperator>) => {
    const account = query
      .$with('account')
      .as(query.delete(users).where(eq(users.id, userId)).returning({ id: users.id }))
    const deleted = query.$with('deleted', {}).as(accountDeleted(account, account.id, false))
    return query
      .with(account, deleted, operatorEvent(account, sql`'user.deleted'`, osUser))
      .select({ id: account.id })
      .from(account)
  })
  const listSolelyManaged = prepared(client, ({ userId }: Named<{ userId: string }>) => solelyManaged(userId))

  return {
    /** Accounts in the order of their e-mail addresses, in pages; without service accounts, which have no address. */
    listAfter: async (email: string, limit: number): Promise<ListedAccount[]> =>
      (await listAfter({ email, limit })) as ListedAccount[],
    /** Deactivating also ends every session. */
    async setActive(id: string, active: boolean): Promise<{ outcome: 'changed' | 'unchanged' }> {
      const changed = await withTransaction(client, async (transaction) => {
        await lockAccount(transaction, { userId: id })
        return setActive(transaction, { userId: id, active, osUser })
      })
      return { outcome: changed.length > 0 ? 'changed' : 'unchanged' }
    },
    /** Sets whether the account may create tenants where that needs a permission. */
    async setMayCreateTenants(id: string, allowed: boolean): Promise<{ outcome: 'changed' | 'unchanged' }> {
      const changed = await setMayCreateTenants(client, { userId: id, allowed, osUser })
      return { outcome: changed.length > 0 ? 'changed' : 'unchanged' }
    },
    /** Grants or revokes the use of the operators' routes. */
    async setOperator(id: string, operator: boolean): Promise<{ outcome: 'changed' | 'unchanged' }> {
      const changed = await setOperator(client, { userId: id, operator, osUser })
      return { outcome: changed.length > 0 ? 'changed' : 'unchanged' }
    },
    /**
     * Sets a new password, ends every session and forgets all failed attempts.
     * @param accountKey the prefix of the subjects of its failures
     */
    async resetPassword(id: string, hash: string, accountKey: string): Promise<void> {
      await withTransaction(client, async (transaction) => {
        await lockAccount(transaction, { userId: id })
        await resetPassword(transaction, { userId: id, hash, accountKey, osUser })
      })
    },
    /**
     * Deletes the account with its sessions and memberships. Documents and audit entries, which only refer to it, stay.
     */
    async remove(id: string): Promise<void> {
      await remove({ userId: id, osUser })
    },
    /** Tenants that would be left without an admin if this account were deleted. */
    listSolelyManaged: (id: string): Promise<NamedTenant[]> => listSolelyManaged({ userId: id })
  }
}
