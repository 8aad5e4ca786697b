import { statement, type DatabaseClient } from '../client.js'
import { auditTenant, tenantColumnsOf, type Tenant } from './tenant-row.js'

/** A tenant that is to be removed for good. */
export type PurgeableTenant = Tenant & { deleted_at: string }

export type TenantPurgeRepository = ReturnType<typeof createTenantPurgeRepository>

// Deactivated tenants were not deleted. What a purge has begun with is finished, however long ago that was.
const DUE = `(status = 'purging' or (not is_active and deleted_at <= now() - make_interval(secs => $1)))`

/**
 * The end of tenants that were deleted long ago. All times are seconds.
 * @param osUser who runs the command, for the audit
 */
export function createTenantPurgeRepository({ sql }: Pick<DatabaseClient, 'sql'>, osUser: string) {
  const list = statement<PurgeableTenant>(
    sql,
    `select ${tenantColumnsOf('tenants')}, deleted_at from tenants where ${DUE} order by deleted_at, id`
  )
  const begin = statement(
    sql,
    `update tenants set status = 'purging', updated_at = now() where ${DUE} and id = $2 returning id`
  )
  const finish = statement(
    sql,
    `with tenant as (
       delete from tenants where id = $1 and status = 'purging' returning *
     ), keys as (
       delete from idempotency_keys using tenant where tenant_id = tenant.id
     ), mark as (
       delete from dirty_tenants using tenant where tenant_id = tenant.id
     ), event as (${auditTenant({
       action: `'tenant.purged'`,
       userId: 'null',
       details: `jsonb_build_object('name', name, 'by', 'operator', 'os_user', $2::text)`,
       ip: 'null'
     })})
     select id from tenant`
  )

  return {
    /** Tenants that were deleted more than `age` ago, and those whose purge was cut off; the oldest first. */
    listDue: (age: number) => list(age),
    /**
     * From now on nobody can reactivate the tenant, and nothing of it is swept or handled any more. False, and nothing
     * changed, when it was reactivated, or deleted anew, in the meantime.
     */
    async begin(id: string, age: number): Promise<boolean> {
      return (await begin(age, id)).length > 0
    },
    /** Forgets the tenant, of which nothing else is left, and writes that into the audit, whose entries stay. */
    async finish(id: string): Promise<void> {
      await finish(id, osUser)
    }
  }
}
