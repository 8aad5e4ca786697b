import { statement, withTransaction, type DatabaseClient } from '../client.js'
import { LOCK_ACCOUNT } from './account-lock.js'
import { insertAuditEvent } from '../audit-event.js'
import type { User } from './users-repository.js'

/** An account as an operator sees it. */
export type ListedAccount = User & { tenants: number }

export type AccountAdministration = ReturnType<typeof createAccountAdministration>

/**
 * What an operator does with accounts. The audit entries belong to the account, and say in their details that it
 * was an operator, and which user of the operating system; there is no address.
 * @param osUser who runs the command
 */
export function createAccountAdministration({ sql }: DatabaseClient, osUser: string) {
  const byOperator = (action: string, user: string) =>
    insertAuditEvent('account', {
      action,
      userId: 'id',
      targetType: `'user'`,
      targetId: 'id',
      details: `jsonb_build_object('by', 'operator', 'os_user', ${user}::text)`,
      ip: 'null'
    })
  const listAfter = statement<ListedAccount>(
    sql,
    `select id, email, first_name, last_name, is_active, created_at, updated_at,
       (select count(*) from user_tenant_associations member where member.user_id = users.id) as tenants
     from users where email > $1 order by email limit $2`
  )
  const setActive = `
     with account as (
       update users set is_active = $2, updated_at = now() where id = $1 and is_active <> $2 returning id
     ), ended as (
       update token_families set revoked_at = now() from account
       where token_families.user_id = account.id and revoked_at is null and not $2
     ), event as (${byOperator(`case when $2 then 'user.activated' else 'user.deactivated' end`, '$3')})
     select id from account`
  const resetPassword = `
     with account as (
       update users set password_hash = $2, updated_at = now() where id = $1 returning id
     ), forgiven as (
       delete from password_failures using account where subject in ($3, $4)
     ), ended as (
       update token_families set revoked_at = now() from account
       where token_families.user_id = account.id and revoked_at is null
     ), event as (${byOperator(`'user.password_reset'`, '$5')})
     select id from account`
  const remove = statement(
    sql,
    `with account as (
       delete from users where id = $1 returning id
     ), event as (${byOperator(`'user.deleted'`, '$2')})
     select id from account`
  )
  const listSolelyManaged = statement<{ id: string; name: string }>(
    sql,
    `select tenants.id, name from tenants
     join user_tenant_associations member on member.tenant_id = tenants.id
     where member.user_id = $1 and member.role = 'admin' and deleted_at is null and not exists (
       select from user_tenant_associations other join users on users.id = other.user_id
       where other.tenant_id = tenants.id and other.user_id <> $1 and other.role = 'admin' and users.is_active)
     order by name, tenants.id`
  )

  async function changeLocked(text: string, id: string, ...values: (string | boolean)[]): Promise<boolean> {
    return withTransaction(sql, async (transaction) => {
      await statement(transaction, LOCK_ACCOUNT)(id)
      return (await statement(transaction, text)(id, ...values)).length > 0
    })
  }

  return {
    /** Accounts in the order of their addresses, in pages. */
    listAfter,
    /** Deactivating also ends every session; false when nothing had to be changed. */
    async setActive(id: string, active: boolean): Promise<boolean> {
      return changeLocked(setActive, id, active, osUser)
    },
    /** Sets another password, ends every session and forgives the failures that were counted for `subjects`. */
    async resetPassword(id: string, hash: string, subjects: [string, string]): Promise<void> {
      await changeLocked(resetPassword, id, hash, ...subjects, osUser)
    },
    /** Deletes the account with its sessions and memberships. Documents and audit entries only name it, and stay. */
    async remove(id: string): Promise<void> {
      await remove(id, osUser)
    },
    /** Tenants that nobody could manage any more without this account. */
    listSolelyManaged
  }
}
