import type { Actor } from '../../../db/actor.js'
import type { Tenant } from '../../../db/main/tenants-repository.js'
import { AppError } from '../../../core/errors.js'
import { storedName } from '../../../core/validation/names.js'
import { MAX_TENANT_NAME_LENGTH } from '../../schemas/tenants.js'
import { createTenantCreation, type TenantCreationDependencies } from './tenant-creation.js'

export type TenantService = ReturnType<typeof createTenantService>

/** The life of a tenant. */
export function createTenantService(dependencies: TenantCreationDependencies) {
  const { tenants, outboxes, accessChanges } = dependencies

  return {
    ...createTenantCreation(dependencies),

    /** Omitted fields stay unchanged; a reactivation also undoes a deletion. */
    async update(
      tenantId: string,
      changes: { name?: string; is_active?: boolean },
      actor: Actor
    ): Promise<Tenant> {
      const { is_active } = changes
      const name = changes.name && storedName(changes.name, '/name', MAX_TENANT_NAME_LENGTH)
      const change = await outboxes.recordMain(() => tenants.update(tenantId, { name, is_active }, actor))
      accessChanges.tenantChanged(tenantId)
      if (change.outcome === 'missing') {
        const gone = (await tenants.findById(tenantId)) === null
        throw new AppError(gone ? 'TENANT_NOT_FOUND' : 'TENANT_PURGING')
      }
      return change.tenant
    },

    /** Closes the tenant to everyone at once. Its data stays, and an admin may reactivate it. */
    async remove(tenantId: string, actor: Actor): Promise<void> {
      await outboxes.recordMain(() => tenants.remove(tenantId, actor))
      accessChanges.tenantChanged(tenantId)
    }
  }
}
