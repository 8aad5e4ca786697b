import { createHash, randomUUID } from 'node:crypto'
import type { Actor } from '../../db/actor.js'
import type { TenantKeyRepository } from '../../db/main/tenant-keys-repository.js'
import type { Tenant, TenantRepository } from '../../db/main/tenants-repository.js'
import type { AccessChanges } from '../../plugins/access/access.js'
import type { Outboxes } from '../../plugins/messaging/outboxes.js'
import type { TenancyAdapter } from '../../plugins/tenancy/adapter.js'
import { tenantDatabaseName } from '../../plugins/tenancy/database-name.js'
import { AppError } from '../errors.js'

/** Seconds after which a tenant that cannot be made ready is given up. */
const GIVE_UP_AFTER = 3600
/** Seconds after which a retry may go on with the creation of a request that has not answered. */
const CLAIM_SECONDS = 15

export interface TenantCreationDependencies {
  tenants: TenantRepository
  tenantKeys: TenantKeyRepository
  tenancy: TenancyAdapter
  outboxes: Outboxes
  accessChanges: AccessChanges
}

export interface CreatedTenant {
  tenant: Tenant
  /** True when this is the answer that an earlier request with the same key has got. */
  replayed: boolean
}

/** From a name to a tenant that is ready: the row first, so that there is always something that says what to finish. */
export function createTenantCreation(dependencies: TenantCreationDependencies) {
  const { tenants, tenantKeys, tenancy, outboxes, accessChanges } = dependencies

  /** Idempotent: whatever part of it was done before is found done. */
  async function makeReady(tenant: Tenant): Promise<Tenant> {
    await tenancy.provision(tenant)
    const active = await outboxes.recordMain(() => tenants.activate(tenant.id))
    accessChanges.tenantChanged(tenant.id)
    return active ?? tenant
  }

  async function makeReadyNow(tenant: Tenant): Promise<Tenant> {
    try {
      return await makeReady(tenant)
    } catch (error) {
      throw new AppError('TENANT_NOT_READY', { cause: error, retryAfter: 10 })
    }
  }

  /** What a request gets whose key the user has sent before. */
  async function repeat(
    userId: string,
    key: string,
    owner: string,
    fingerprint: string
  ): Promise<CreatedTenant> {
    const known = await tenantKeys.find(userId, key)
    if (known !== null && known.fingerprint !== fingerprint) throw new AppError('IDEMPOTENCY_MISMATCH')
    if (known?.result) return { tenant: known.result, replayed: true }
    // The tenant of a request that was cut off: this one goes on with it, instead of making another.
    const tenantId = await tenantKeys.takeOver(userId, key, owner, CLAIM_SECONDS)
    const tenant = tenantId === null ? null : await tenants.findById(tenantId)
    if (tenant === null) throw new AppError('IDEMPOTENCY_IN_PROGRESS', { retryAfter: known?.seconds ?? 1 })
    return { tenant: await makeReadyHolding(tenant, userId, key, owner), replayed: false }
  }

  /** A creation that failed gives its claim back, so that the next attempt need not wait. */
  async function makeReadyHolding(
    tenant: Tenant,
    userId: string,
    key: string,
    owner: string
  ): Promise<Tenant> {
    try {
      return await makeReadyNow(tenant)
    } catch (error) {
      await tenantKeys.release(userId, key, owner).catch(() => undefined)
      throw error
    }
  }

  return {
    /**
     * Creates a tenant with its creator as admin. With an Idempotency-Key, the same key and name give the same
     * tenant for a day, also when the process was killed in between.
     * @throws {AppError} TENANT_NOT_READY when it could not be made ready yet, while the worker goes on trying;
     * IDEMPOTENCY_MISMATCH, IDEMPOTENCY_IN_PROGRESS
     */
    async create(name: string, actor: Actor, key?: string): Promise<CreatedTenant> {
      const id = randomUUID()
      const trimmed = name.trim()
      const fields = { id, name: trimmed, databaseName: tenantDatabaseName(trimmed, id) }
      if (key === undefined) {
        const tenant = await outboxes.recordMain(() => tenants.insert(fields, actor))
        return { tenant: await makeReadyNow(tenant), replayed: false }
      }
      const owner = randomUUID()
      const fingerprint = createHash('sha256')
        .update(JSON.stringify([trimmed]))
        .digest('hex')
      const claim = { key, owner, fingerprint, seconds: CLAIM_SECONDS }
      const tenant = await outboxes.recordMain(() => tenants.insertWithKey(fields, claim, actor))
      if (tenant === null) return repeat(actor.userId, key, owner, fingerprint)
      return { tenant: await makeReadyHolding(tenant, actor.userId, key, owner), replayed: false }
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
