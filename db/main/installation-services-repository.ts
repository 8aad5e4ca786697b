import { and, asc, count, eq, getTableColumns, gt, isNull, sql, type SQLWrapper } from 'drizzle-orm'
import type { DatabaseClient } from '../client.js'
import { insertSelect, jsonObject, prepared, query, type Named } from '../statement.js'
import { solelyManaged, type NamedTenant } from './account-removal.js'
import { isGood } from './api-keys-repository.js'
import { auditInMain, byAccount } from './audit-in-main.js'
import { apiKeys, users, userTenantAssociations as members } from './schema.js'

/** A service account of the installation, as an operator sees it. */
export interface InstallationService {
  id: string
  name: string
  is_active: boolean
  created_at: string
  tenants: number
  keys: number
}

const { id, created_at, is_active, owner_tenant_id } = users
const name = sql<string>`${users.first_name}`.as('name')
const isOfInstallation = and(eq(users.kind, 'service'), isNull(owner_tenant_id))

const byOperator = (account: { first_name: SQLWrapper }, { osUser }: Named<{ osUser: string }>) =>
  jsonObject({ name: account.first_name, by: 'operator', os_user: sql`${osUser}::text` })

/** The service accounts of the installation: operators create them, and they belong to no tenant. */
export function createInstallationServiceRepository({ sql: client }: DatabaseClient) {
  const insert = prepared(client, (named: Named<{ id: string; name: string; osUser: string }>) => {
    const account = query.$with('account', getTableColumns(users)).as(
      sql`${insertSelect(users, {
        id: sql`${named.id}::uuid`,
        kind: sql`'service'`,
        first_name: named.name,
        last_name: sql`''`
      })} returning *`
    )
    const event = query.$with('event', {}).as(
      auditInMain(
        {
          action: sql`'service_account.created'`,
          ...byAccount(account),
          details: byOperator(account, named)
        },
        account
      )
    )
    return query.with(account, event).select({ id: account.id }).from(account)
  })
  const find = prepared(client, (named: Named<{ id: string }>) =>
    query
      .select({ id, name, owner_tenant_id })
      .from(users)
      .where(and(eq(id, named.id), eq(users.kind, 'service')))
  )
  const tenantsOfService = query.select({ count: count() }).from(members).where(eq(members.user_id, users.id))
  const keysOfService = query
    .select({ count: count() })
    .from(apiKeys)
    .where(and(eq(apiKeys.user_id, users.id), isGood))
  const listAfter = prepared(client, (named: Named<{ after: string; limit: number }>) =>
    query
      .select({
        ...{ id, name, is_active, created_at },
        tenants: sql<number>`${tenantsOfService}`.as('tenants'),
        keys: sql<number>`${keysOfService}`.as('keys')
      })
      .from(users)
      .where(and(isOfInstallation, gt(id, named.after)))
      .orderBy(asc(id))
      .limit(named.limit)
  )

  const remove = prepared(client, (named: Named<{ id: string; osUser: string }>) => {
    const account = query.$with('account').as(
      query
        .delete(users)
        .where(and(eq(id, named.id), isOfInstallation))
        .returning({ id, first_name: users.first_name })
    )
    const event = query.$with('event', {}).as(
      auditInMain(
        {
          action: sql`'service_account.deleted'`,
          ...byAccount(account),
          details: byOperator(account, named)
        },
        account
      )
    )
    return query.with(account, event).select({ id: account.id }).from(account)
  })
  const listSolelyManaged = prepared(client, ({ userId }: Named<{ userId: string }>) => solelyManaged(userId))

  return {
    /** Adds a service account, which is not yet a member of any tenant. */
    async insert(service: { id: string; name: string }, osUser: string): Promise<void> {
      await insert({ ...service, osUser })
    },
    /** Finds any service account, and the tenant that it belongs to (null: the installation). */
    async find(
      serviceId: string
    ): Promise<{ id: string; name: string; owner_tenant_id: string | null } | null> {
      const [row] = await find({ id: serviceId })
      return row ?? null
    },
    /** In the order of their ids, in pages. */
    listAfter: (after: string, limit: number): Promise<InstallationService[]> => listAfter({ after, limit }),
    /**
     * Deletes a service account with its keys and memberships. Documents and audit entries, which only refer to it,
     * stay.
     */
    async remove(serviceId: string, osUser: string): Promise<{ outcome: 'removed' | 'missing' }> {
      const removed = await remove({ id: serviceId, osUser })
      return { outcome: removed.length > 0 ? 'removed' : 'missing' }
    },
    /** Tenants that would be left without an admin if this service account were deleted. */
    listSolelyManaged: (serviceId: string): Promise<NamedTenant[]> => listSolelyManaged({ userId: serviceId })
  }
}
