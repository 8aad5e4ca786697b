import type { ChangedBy } from '../../../db/revisions.js'
import type { Tenant } from '../../../db/main/tenants-repository.js'
import { AppError } from '../../../core/errors.js'
import { storedName } from '../../../core/validation/names.js'
import { MAX_TENANT_NAME_LENGTH } from '../../schemas/tenants.js'
import { createTenantCreation, type TenantCreationDependencies } from './tenant-creation.js'

/** Why a tenant was not changed. */
const UNCHANGED = {
  missing: 'TENANT_NOT_FOUND',
  purging: 'TENANT_PURGING',
  revised: 'PRECONDITION_FAILED'
} as const

export type TenantService = ReturnType<typeof createTenantService>

/** Creates, changes and deletes tenants. */
export function createTenantService(dependencies: TenantCreationDependencies) {
  const { tenants, outboxes, accessChanges } = dependencies

  return {
    ...createTenantCreation(dependencies),

    /**
     * Omitted fields stay unchanged; a reactivation also undoes a deletion.
     * @throws {AppError} TENANT_NOT_FOUND, TENANT_PURGING, PRECONDITION_FAILED, VALIDATION_ERROR
     */
    async update(
      tenantId: string,
      changes: { name?: string; is_active?: boolean },
      by: ChangedBy
    ): Promise<Tenant> {
      const { is_active } = changes
      const name = changes.name && storedName(changes.name, '/name', MAX_TENANT_NAME_LENGTH)
      const change = await outboxes.recordMain(() => tenants.update(tenantId, { name, is_active }, by))
      accessChanges.tenantChanged(tenantId)
      if (change.outcome !== 'changed') throw new AppError(UNCHANGED[change.outcome])
      return change.tenant
    },

    /**
     * Closes the tenant to everyone at once, whatever its status. Its data stays, and an admin can reactivate it.
     * Idempotent. A creation under way may still finish; the tenant stays closed.
     * @throws {AppError} TENANT_NOT_FOUND, PRECONDITION_FAILED
     */
    async remove(tenantId: string, by: ChangedBy): Promise<void> {
      const { outcome } = await outboxes.recordMain(() => tenants.remove(tenantId, by))
      accessChanges.tenantChanged(tenantId)
      if (outcome === 'missing' || outcome === 'revised') throw new AppError(UNCHANGED[outcome])
    }
  }
}
