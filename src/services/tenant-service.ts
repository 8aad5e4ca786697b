import { randomUUID } from 'node:crypto'
import type { Member, Tenant, TenantRepository } from '../../db/main/tenants-repository.js'
import type { Outboxes } from '../../plugins/messaging/outboxes.js'
import type { TenancyAdapter } from '../../plugins/tenancy/adapter.js'
import { tenantDatabaseName } from '../../plugins/tenancy/database-name.js'
import { AppError } from '../errors.js'
import { EMBEDDED_LIMIT } from './page.js'

/** Seconds after which a tenant that cannot be made ready is given up. */
const GIVE_UP_AFTER = 3600

export interface TenantServiceDependencies {
  tenants: TenantRepository
  tenancy: TenancyAdapter
  outboxes: Outboxes
}

export type TenantService = ReturnType<typeof createTenantService>

export function createTenantService({ tenants, tenancy, outboxes }: TenantServiceDependencies) {
  /** Idempotent: whatever part of it was done before is found done. */
  async function makeReady(tenant: Tenant): Promise<Tenant> {
    await tenancy.provision(tenant)
    const active = await outboxes.recordMain(() => tenants.activate(tenant.id))
    return active ?? tenant
  }

  return {
    /**
     * Creates a tenant with its creator as admin. The row comes first, so that whatever happens later there
     * is something that says what to finish.
     * @throws {AppError} TENANT_NOT_READY when it could not be made ready yet; the worker goes on trying
     */
    async create(name: string, userId: string): Promise<Tenant> {
      const id = randomUUID()
      const trimmed = name.trim()
      const tenant = await tenants.insert({
        id,
        name: trimmed,
        databaseName: tenantDatabaseName(trimmed, id),
        createdBy: userId
      })
      try {
        return await makeReady(tenant)
      } catch (error) {
        throw new AppError('TENANT_NOT_READY', { cause: error, retryAfter: 10 })
      }
    },

    /** The tenant's first members, in the order in which they joined. */
    async listFirstMembers(tenantId: string): Promise<Member[]> {
      return tenants.listMembers(tenantId, EMBEDDED_LIMIT)
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
