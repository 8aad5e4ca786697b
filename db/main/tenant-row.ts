import { getTableColumns } from 'drizzle-orm'
import { insertAuditEvent } from '../audit-event.js'
import { tenants } from './schema.js'

export type TenantStatus = 'provisioning' | 'active' | 'failed' | 'purging'

const { created_by, deleted_at, ...columns } = getTableColumns(tenants)

/** The columns of a tenant that leave this layer. */
export const tenantColumns = columns

/** The same as they stand in SQL. */
export const tenantColumnsOf = (alias: string) =>
  Object.keys(columns)
    .map((column) => `${alias}.${column}`)
    .join(', ')

export type Tenant = Omit<typeof tenants.$inferSelect, 'created_by' | 'deleted_at' | 'status'> & {
  status: TenantStatus
}

/** Writes what happened to every row of the CTE `tenant` into the audit; each part is SQL. */
export const auditTenant = (event: { action: string; userId: string; ip: string; details?: string }) =>
  insertAuditEvent('tenant', {
    tenantId: 'id',
    targetType: `'tenant'`,
    targetId: 'id',
    details: `jsonb_build_object('name', name)`,
    ...event
  })
