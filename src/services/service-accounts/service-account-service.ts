import { randomUUID } from 'node:crypto'
import type { Actor } from '../../../db/actor.js'
import type {
  ServiceAccount,
  ServiceAccountRepository
} from '../../../db/main/service-accounts-repository.js'
import type { Role } from '../../../db/main/tenants-repository.js'
import type { AccessChanges } from '../../../plugins/access/access.js'
import type { Outboxes } from '../../../plugins/messaging/outboxes.js'
import { AppError } from '../../../core/errors.js'
import { storedName } from '../../../core/validation/names.js'
import { MAX_SERVICE_NAME_LENGTH } from '../../schemas/service-accounts.js'
import type { PageNumber, PageOf } from '../lists/page.js'

export interface ServiceAccountServiceDependencies {
  serviceAccounts: ServiceAccountRepository
  outboxes: Pick<Outboxes, 'recordMain'>
  accessChanges: Pick<AccessChanges, 'userChanged' | 'memberChanged'>
  /** Maximum number of members per tenant; service accounts are members. */
  membersPerTenant: number
}

export type ServiceAccountService = ReturnType<typeof createServiceAccountService>

/** The service accounts of a tenant. */
export function createServiceAccountService(dependencies: ServiceAccountServiceDependencies) {
  const { serviceAccounts, outboxes, accessChanges, membersPerTenant } = dependencies

  return {
    list: (tenantId: string, page: PageNumber): Promise<PageOf<ServiceAccount>> =>
      serviceAccounts.list(tenantId, page),

    /** @throws {AppError} MEMBER_LIMIT_REACHED, VALIDATION_ERROR */
    async create(
      tenantId: string,
      given: { name: string; role: Role },
      actor: Actor
    ): Promise<ServiceAccount> {
      const name = storedName(given.name, '/name', MAX_SERVICE_NAME_LENGTH)
      const service = { id: randomUUID(), tenantId, name, role: given.role }
      const created = await outboxes.recordMain(() =>
        serviceAccounts.insert(service, actor, membersPerTenant)
      )
      if (created.outcome === 'too many members') throw new AppError('MEMBER_LIMIT_REACHED')
      return created.service
    },

    /**
     * Deletes a service account and its keys, which stop working everywhere.
     * @throws {AppError} SERVICE_ACCOUNT_NOT_FOUND, LAST_ADMIN
     */
    async remove(tenantId: string, serviceId: string, actor: Actor): Promise<void> {
      const { outcome } = await outboxes.recordMain(() => serviceAccounts.remove(tenantId, serviceId, actor))
      if (outcome === 'missing') throw new AppError('SERVICE_ACCOUNT_NOT_FOUND')
      if (outcome === 'last admin') throw new AppError('LAST_ADMIN')
      accessChanges.userChanged(serviceId.toLowerCase())
      accessChanges.memberChanged(serviceId.toLowerCase(), tenantId)
    }
  }
}
