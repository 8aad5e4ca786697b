import { statement, type DatabaseClient } from '../client.js'
import { insertEvent } from '../event.js'
import { auditTenant, tenantColumnsOf, type Tenant } from './tenant-row.js'
import type { Role } from './tenants-repository.js'

/** A tenant as an operator sees it. */
export type ListedTenant = Tenant & { deleted_at: string | null; members: number }

export interface ListedMember {
  email: string
  first_name: string
  last_name: string
  is_active: boolean
  role: Role
  joined_at: string
}

export type TenantAdministration = ReturnType<typeof createTenantAdministration>

/** What an operator does with tenants. Audit entries say in their details that it was an operator. */
export function createTenantAdministration({ sql }: Pick<DatabaseClient, 'sql'>) {
  const columns = `${tenantColumnsOf('tenants')}, deleted_at,
    (select count(*) from user_tenant_associations member where member.tenant_id = tenants.id) as members`
  const listAfter = statement<ListedTenant>(
    sql,
    `select ${columns} from tenants where id > $1 order by id limit $2`
  )
  const findById = statement<ListedTenant>(sql, `select ${columns} from tenants where id = $1`)
  const listMembers = statement<ListedMember>(
    sql,
    `select email, first_name, last_name, users.is_active, role, joined_at
     from user_tenant_associations member join users on users.id = member.user_id
     where tenant_id = $1 order by role, email`
  )
  const remove = statement(
    sql,
    `with tenant as (
       update tenants set is_active = false, deleted_at = now(), updated_at = now()
       where id = $1 and deleted_at is null and status = 'active' returning *
     ), deleted as (${insertEvent('tenant.deleted', 'tenant', { tenantId: 'id', data: {} })}), event as (${auditTenant(
       {
         action: `'tenant.deleted'`,
         userId: 'null',
         details: `jsonb_build_object('name', name, 'by', 'operator')`,
         ip: 'null'
       }
     )})
     select id from tenant`
  )

  return {
    /** Tenants of every state in the order of their ids, in pages. */
    listAfter: (id: string, limit: number) => listAfter(id, limit),
    async findById(id: string): Promise<ListedTenant | null> {
      const [row] = await findById(id)
      return row ?? null
    },
    /** The members of a tenant, by role and address. */
    listMembers: (id: string) => listMembers(id),
    /** Closes the tenant for everybody, as an admin of it would; false when it was deleted already or is not ready. */
    async remove(id: string): Promise<boolean> {
      return (await remove(id)).length > 0
    }
  }
}
