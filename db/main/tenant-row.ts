import { getTableColumns, sql, type SQLWrapper } from 'drizzle-orm'
import { jsonObject, type AuditEvent } from '../audit-event.js'
import { insertSelect } from '../statement.js'
import { auditInMain } from './audit-in-main.js'
import { outbox, tenants } from './schema.js'

const { created_by, deleted_at, ...columns } = getTableColumns(tenants)

/** The columns of a tenant that leave this layer. */
export const tenantColumns = columns

export type Tenant = Pick<typeof tenants.$inferSelect, keyof typeof columns>
export type TenantStatus = Tenant['status']

/** The same columns of a CTE. */
export function tenantColumnsOf<Source extends Record<keyof Tenant, unknown>>(
  source: Source
): Pick<Source, keyof Tenant> {
  const { id, name, database_name, is_active, status, created_at, updated_at } = source
  return { id, name, database_name, is_active, status, created_at, updated_at }
}

/** Writes what happened to every row of the CTE `tenant` into the audit. */
export const auditTenant = (
  tenant: SQLWrapper & { id: SQLWrapper; name: SQLWrapper },
  event: Pick<AuditEvent, 'action' | 'userId' | 'ip' | 'details'>,
  source: SQLWrapper = tenant
) =>
  auditInMain(
    {
      tenantId: tenant.id,
      targetType: 'tenant',
      targetId: tenant.id,
      details: jsonObject({ name: tenant.name }),
      ...event
    },
    source
  )

/** Writes an event about every row of the CTE `tenant`, with its data as a jsonb object. */
export const tenantEvent = (
  type: string,
  tenant: SQLWrapper & { id: SQLWrapper },
  userId: SQLWrapper = sql`null`,
  data: SQLWrapper = sql`'{}'::jsonb`
) =>
  insertSelect(
    outbox,
    { event_type: sql`${type}`, tenant_id: tenant.id, user_id: sql`${userId}::uuid`, data },
    tenant
  )
