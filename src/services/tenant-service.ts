import { randomUUID } from 'node:crypto'
import type { Actor } from '../../db/actor.js'
import type { Tenant, TenantRepository } from '../../db/main/tenants-repository.js'
import type { AccessChanges } from '../../plugins/access/access.js'
import type { Outboxes } from '../../plugins/messaging/outboxes.js'
import type { TenancyAdapter } from '../../plugins/tenancy/adapter.js'
import { tenantDatabaseName } from '../../plugins/tenancy/database-name.js'
import { AppError } from '../errors.js'

/** Seconds after which a tenant that cannot be made ready is given up. */
const GIVE_UP_AFTER = 3600

export interface TenantServiceDependencies {
  tenants: TenantRepository
  tenancy: TenancyAdapter
  outboxes: Outboxes
  accessChanges: AccessChanges
}

export type TenantService = ReturnType<typeof createTenantService>

export function createTenantService({
  tenants,
  tenancy,
  outboxes,
  accessChanges
}: TenantServiceDependencies) {
  /** Idempotent: whatever part of it was done before is found done. */
  async function makeReady(tenant: Tenant): Promise<Tenant> {
    await tenancy.provision(tenant)
    const active = await outboxes.recordMain(() => tenants.activate(tenant.id))
    accessChanges.tenantChanged(tenant.id)
    return active ?? tenant
  }

  return {
    /**
     * Creates a tenant with its creator as admin. The row comes first, so that whatever happens later there
     * is something that says what to finish.
     * @throws {AppError} TENANT_NOT_READY when it could not be made ready yet; the worker goes on trying
     */
    async create(name: string, actor: Actor): Promise<Tenant> {
      const id = randomUUID()
      const trimmed = name.trim()
      const tenant = await outboxes.recordMain(() =>
        tenants.insert({ id, name: trimmed, databaseName: tenantDatabaseName(trimmed, id) }, actor)
      )
      try {
        return await makeReady(tenant)
      } catch (error) {
        throw new AppError('TENANT_NOT_READY', { cause: error, retryAfter: 10 })
      }
    },

    /** Leaves alone what is not given; a reactivation also takes a deletion back. */
    async update(
      tenantId: string,
      changes: { name?: string; is_active?: boolean },
      actor: Actor
    ): Promise<Tenant> {
      const { name, is_active } = changes
      const tenant = await outboxes.recordMain(() =>
        tenants.update(tenantId, { name: name?.trim(), is_active }, actor)
      )
      accessChanges.tenantChanged(tenantId)
      if (tenant === null) throw new AppError('TENANT_NOT_FOUND')
      return tenant
    },

    /** Closes the tenant for everybody at once. Its data stays, and an admin may reactivate it. */
    async remove(tenantId: string, actor: Actor): Promise<void> {
      await outboxes.recordMain(() => tenants.remove(tenantId, actor))
      accessChanges.tenantChanged(tenantId)
    },

    /** Finishes a creation that was cut off; after an hour of trying the tenant is `failed`. */
    async finish(tenant: Tenant): Promise<void> {
      try {
        await makeReady(tenant)
      } catch (error) {
        await tenants.failAfter(tenant.id, GIVE_UP_AFTER)
        throw error
      }
    }
  }
}
