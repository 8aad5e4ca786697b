import { and, asc, eq, inArray, isNull, notExists, sql, type Placeholder, type SQLWrapper } from 'drizzle-orm'
import type { Actor } from '../actor.js'
import { withTransaction, type DatabaseClient } from '../client.js'
import { insertEvent } from '../event.js'
import { prepared, query, rendered, type Named } from '../statement.js'
import { auditInMain, byAccount } from './audit-in-main.js'
import { otherAdmin } from './other-admin.js'
import { forgetAccount } from './password-failures-repository.js'
import { outbox, tenants, users, userTenantAssociations as members } from './schema.js'

/** A tenant with the name that people know. */
export interface NamedTenant {
  id: string
  name: string
}

export type OwnRemoval =
  | { outcome: 'removed' }
  /** Nothing has changed: these tenants would be left without an admin. */
  | { outcome: 'last admin'; tenants: NamedTenant[] }
  /** Nothing has changed: the password was changed after it was checked. */
  | { outcome: 'outdated' }

interface ById {
  userId: string
}
interface Removal extends ById {
  ip: string | null
  passwordHash: string
  /** The prefix of the subjects of its wrong passwords. */
  accountKey: string
}

/** The INSERT of a `user.deleted` event for every row of `account`. */
export const accountDeleted = (account: SQLWrapper, id: SQLWrapper, erased: boolean) =>
  insertEvent(
    outbox,
    'user.deleted',
    { userId: id, data: { user_id: id, erased: sql`${erased}::bool` } },
    account
  )

/** Tenants that would be left without an admin if this account were deleted; see {@link otherAdmin}. */
export const solelyManaged = (userId: Placeholder) =>
  query
    .select({ id: tenants.id, name: tenants.name })
    .from(tenants)
    .innerJoin(members, eq(members.tenant_id, tenants.id))
    .innerJoin(users, eq(users.id, members.user_id))
    .where(
      and(
        eq(members.user_id, userId),
        eq(members.role, 'admin'),
        isNull(tenants.deleted_at),
        notExists(otherAdmin(tenants.id, userId, users.kind))
      )
    )
    .orderBy(asc(tenants.name), asc(tenants.id))

const listSolelyManaged = rendered(({ userId }: Named<ById>) => solelyManaged(userId))
// The first lock keeps the account from joining further tenants, the second keeps the members of its tenants unchanged.
const lockAgainstJoining = rendered(({ userId }: Named<ById>) =>
  query.select({ id: users.id }).from(users).where(eq(users.id, userId)).for('update')
)
const lockTenants = rendered(({ userId }: Named<ById>) => {
  const own = query.select({ id: members.tenant_id }).from(members).where(eq(members.user_id, userId))
  return query
    .select({ id: tenants.id })
    .from(tenants)
    .where(inArray(tenants.id, own))
    .orderBy(asc(tenants.id))
    .for('no key update')
})
const remove = rendered((named: Named<Removal>) => {
  const { userId, ip } = named
  const account = query.$with('account').as(
    query
      .delete(users)
      .where(and(eq(users.id, userId), eq(users.password_hash, named.passwordHash)))
      .returning({ id: users.id })
  )
  const deleted = query.$with('deleted', {}).as(accountDeleted(account, account.id, false))
  const entry = {
    action: sql`'user.deleted'`,
    ...byAccount(account),
    ip
  }
  const event = query.$with('event', {}).as(auditInMain(entry, account))
  return query
    .with(account, deleted, event, ...forgetAccount(account, named.accountKey))
    .select({ id: account.id })
    .from(account)
})

export type AccountRemoval = ReturnType<typeof createAccountRemoval>

/** Deletion of an account by its owner. */
export function createAccountRemoval({ sql: client }: DatabaseClient) {
  const list = prepared(client, ({ userId }: Named<ById>) => solelyManaged(userId))
  return {
    listSolelyManaged: (userId: string): Promise<NamedTenant[]> => list({ userId }),

    /** Deletes the actor's account with its sessions and memberships. Documents and audit entries stay. */
    remove: ({ userId, ip }: Actor, passwordHash: string, accountKey: string): Promise<OwnRemoval> =>
      withTransaction<OwnRemoval>(client, async (transaction) => {
        await lockAgainstJoining(transaction, { userId })
        await lockTenants(transaction, { userId })
        const left = await listSolelyManaged(transaction, { userId })
        if (left.length > 0) return { outcome: 'last admin', tenants: left }
        const removed = await remove(transaction, { userId, ip, passwordHash, accountKey })
        return { outcome: removed.length > 0 ? 'removed' : 'outdated' }
      })
  }
}
