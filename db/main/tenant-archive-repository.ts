import { and, asc, eq, gt, isNotNull, sql } from 'drizzle-orm'
import type { DatabaseClient } from '../client.js'
import { insertSelect, jsonObject, now, prepared, query, type Named } from '../statement.js'
import { insertMail } from './mail-queue.js'
import type { Role } from './members-repository.js'
import { tenants, users, userTenantAssociations as members } from './schema.js'
import { auditTenant, tenantColumns, tenantEvent, type Tenant } from './tenant-row.js'

/** A person who is a member of an exported tenant. */
export interface ArchiveMember {
  id: string
  email: string
  email_verified: boolean
  first_name: string
  last_name: string
  role: Role
}

export type TenantArchiveRepository = ReturnType<typeof createTenantArchiveRepository>

/** The main database's side of exporting and importing a tenant. */
export function createTenantArchiveRepository({ sql: client }: Pick<DatabaseClient, 'sql'>) {
  const membersAfter = prepared(client, (named: Named<{ tenantId: string; id: string; limit: number }>) =>
    query
      .select({
        id: users.id,
        email: sql<string>`${users.email}`.as('email'),
        email_verified: sql<boolean>`${users.email_verified_at} is not null`.as('email_verified'),
        ...{ first_name: users.first_name, last_name: users.last_name, role: members.role }
      })
      .from(members)
      .innerJoin(users, eq(users.id, members.user_id))
      .where(and(eq(members.tenant_id, named.tenantId), eq(users.kind, 'person'), gt(users.id, named.id)))
      .orderBy(asc(users.id))
      .limit(named.limit)
  )
  const findStatus = prepared(client, ({ id }: Named<{ id: string }>) =>
    query.select({ status: tenants.status }).from(tenants).where(eq(tenants.id, id))
  )
  const findVerified = prepared(client, ({ email }: Named<{ email: string }>) =>
    query
      .select({ id: users.id })
      .from(users)
      .where(
        and(
          eq(users.email, email),
          isNotNull(users.email_verified_at),
          eq(users.is_active, true),
          eq(users.kind, 'person')
        )
      )
  )
  // Closed like a deleted tenant: nobody can use it, and a purge removes what a killed import leaves behind.
  type Closed = { id: string; name: string; databaseName: string; server: string }
  const insertClosed = prepared(client, (named: Named<Closed>) =>
    query
      .insert(tenants)
      .values({
        ...{ id: named.id, name: named.name, database_name: named.databaseName, server: named.server },
        ...{ status: 'provisioning', is_active: false, deleted_at: now }
      })
      .returning(tenantColumns)
  )
  const setReady = prepared(client, ({ id }: Named<{ id: string }>) =>
    query
      .update(tenants)
      .set({ status: 'active' })
      .where(and(eq(tenants.id, id), eq(tenants.status, 'provisioning')))
  )
  type Opening = { id: string; name: string; from: string; osUser: string; members: string }
  const open = prepared(client, (named: Named<Opening>) => {
    const tenant = query.$with('tenant').as(
      query
        .update(tenants)
        .set({ name: sql`${named.name}`, is_active: true, deleted_at: sql`null`, updated_at: now })
        .where(and(eq(tenants.id, named.id), eq(tenants.status, 'active')))
        .returning()
    )
    const given = sql`${tenant}, jsonb_to_recordset(${named.members}::text::jsonb) as given (user_id uuid, role varchar)
      where exists (select from ${users} where ${users.id} = given.user_id)`
    const member = query
      .$with('member', {})
      .as(
        insertSelect(
          members,
          { user_id: sql`given.user_id`, tenant_id: tenant.id, role: sql`given.role` },
          given
        )
      )
    const { name, database_name } = tenant
    const created = query
      .$with('created', {})
      .as(tenantEvent('tenant.created', tenant, { data: { name, database_name } }))
    const details = jsonObject({
      ...{ name: tenant.name, from: sql`${named.from}::text` },
      ...{ by: 'operator', os_user: sql`${named.osUser}::text` }
    })
    const event = query
      .$with('event', {})
      .as(auditTenant(tenant, { action: sql`'tenant.imported'`, details }))
    return query.with(tenant, member, created, event).select({ id: tenant.id }).from(tenant)
  })

  const mailReady = prepared(client, (named: Named<{ tenantId: string; userId: string }>) => {
    const admin = query
      .select({
        email: sql<string>`${users.email}`.as('email'),
        tenant_id: sql<string>`${members.tenant_id}`.as('tenant_id')
      })
      .from(members)
      .innerJoin(users, eq(users.id, members.user_id))
      .innerJoin(tenants, eq(tenants.id, members.tenant_id))
      .where(
        and(
          eq(members.tenant_id, named.tenantId),
          eq(members.user_id, named.userId),
          eq(members.role, 'admin'),
          eq(users.is_active, true),
          isNotNull(users.email)
        )
      )
    const to = { kind: 'export', recipient: sql`admin.email`, subjectId: sql`admin.tenant_id` } as const
    return sql`with admin as (${admin}) ${insertMail(to, sql`admin`, sql`true`)}`
  })

  return {
    /** Queues a mail to the account that requested an export, if it is an admin of the tenant. */
    async mailReady(tenantId: string, userId: string): Promise<void> {
      await mailReady({ tenantId, userId })
    },
    /** The members that are persons, in the order of their ids. */
    membersAfter: (tenantId: string, id: string, limit: number): Promise<ArchiveMember[]> =>
      membersAfter({ tenantId, id, limit }),
    /** Whether the tenant has a place, and is not being purged. */
    async isActive(id: string): Promise<boolean> {
      return (await findStatus({ id }))[0]?.status === 'active'
    },
    /** The active account with this address, if the address is verified. */
    async findVerified(email: string): Promise<string | null> {
      return (await findVerified({ email }))[0]?.id ?? null
    },
    /** Inserts a tenant without members that is closed to everyone; a purge would remove it. */
    async insertClosed(tenant: Closed): Promise<Tenant> {
      const [row] = await insertClosed(tenant)
      if (row === undefined) throw new Error('The tenant was not inserted')
      return row
    },
    /** Records that the tenant has its place. */
    async setReady(id: string): Promise<void> {
      await setReady({ id })
    },
    /** Adds the members, opens the tenant for them, and writes `tenant.created`. */
    async open(
      id: string,
      {
        members,
        ...opening
      }: Omit<Opening, 'id' | 'members'> & { members: { user_id: string; role: Role }[] }
    ): Promise<void> {
      const { length } = await open({ id, ...opening, members: JSON.stringify(members) })
      if (length === 0) throw new Error(`The tenant ${id} is gone, or is being removed`)
    }
  }
}
