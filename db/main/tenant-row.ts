import { getTableColumns, type SQLWrapper } from 'drizzle-orm'
import type { EventType } from '../../core/events.js'
import type { AuditEvent } from '../audit-event.js'
import { insertEvent, type EventSql } from '../event.js'
import { jsonObject } from '../statement.js'
import { auditInMain } from './audit-in-main.js'
import { outbox, tenants } from './schema.js'

const { created_by, deleted_at, generation, server, ...shown } = getTableColumns(tenants)

/** The columns of a tenant that API answers contain. */
export const shownTenantColumns = shown

/** The columns of a tenant that repositories return. */
export const tenantColumns = { ...shown, server }

export type Tenant = Pick<typeof tenants.$inferSelect, keyof typeof tenantColumns>
export type TenantStatus = Tenant['status']

/** The same columns of a CTE. */
export function tenantColumnsOf<Source extends Record<keyof Tenant, unknown>>(
  source: Source
): Pick<Source, keyof Tenant> {
  const { id, name, database_name, server, is_active, status, revision, created_at, updated_at } = source
  return { id, name, database_name, server, is_active, status, revision, created_at, updated_at }
}

/** The INSERT of an audit entry for every row of the CTE `tenant`. */
export const auditTenant = (
  tenant: SQLWrapper & { id: SQLWrapper; name: SQLWrapper },
  event: Pick<AuditEvent, 'action' | 'userId' | 'ip' | 'onBehalfOf' | 'details'>,
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

/** The INSERT of an event for every row of the CTE `tenant`. */
export const tenantEvent = <T extends EventType>(
  type: T,
  tenant: SQLWrapper & { id: SQLWrapper },
  event: Omit<EventSql<T>, 'tenantId'>
) => insertEvent(outbox, type, { tenantId: tenant.id, ...event }, tenant)
