import { createApiKey } from '../../../core/api-key.js'
import { AppError } from '../../../core/errors.js'
import type { Scope } from '../../../core/scopes.js'
import { storedName } from '../../../core/validation/names.js'
import type { Actor } from '../../../db/actor.js'
import type { ApiKey, ApiKeyRepository, ServiceRef } from '../../../db/main/api-keys-repository.js'
import type { AccessChanges } from '../../../plugins/access/access.js'
import type { Outboxes } from '../../../plugins/messaging/outboxes.js'
import { MAX_SERVICE_NAME_LENGTH } from '../../schemas/service-accounts.js'
import type { PageNumber, PageOf } from '../lists/page.js'

export interface ApiKeyServiceDependencies {
  apiKeys: ApiKeyRepository
  outboxes: Pick<Outboxes, 'recordMain'>
  accessChanges: Pick<AccessChanges, 'sessionChanged'>
}

/** What a new key may be used for. */
export interface KeyRequest {
  name: string
  scopes: Scope[]
  /** The networks that may use it, as CIDR; any by default. */
  networks?: string[]
  /** RFC 3339; never by default. */
  expires_at?: string
}

/** Who makes the change; the account is null for an operator. */
type By = Omit<Actor, 'userId'> & { userId: string | null }

export type ApiKeyService = ReturnType<typeof createApiKeyService>

/** Keys of service accounts, whether they belong to a tenant or to the installation. */
export function createApiKeyService({ apiKeys, outboxes, accessChanges }: ApiKeyServiceDependencies) {
  return {
    /** @throws {AppError} SERVICE_ACCOUNT_NOT_FOUND */
    async list(service: ServiceRef, page: PageNumber): Promise<PageOf<ApiKey>> {
      const list = await apiKeys.list(service, page)
      if (list.total === 0 && !(await apiKeys.hasService(service)))
        throw new AppError('SERVICE_ACCOUNT_NOT_FOUND')
      return list
    },

    /**
     * Creates a key. Its text is only returned here; what is stored is a hash.
     * @throws {AppError} SERVICE_ACCOUNT_NOT_FOUND, TOO_MANY_KEYS, VALIDATION_ERROR
     */
    async create(service: ServiceRef, request: KeyRequest, by: By): Promise<ApiKey & { key: string }> {
      const name = storedName(request.name, '/name', MAX_SERVICE_NAME_LENGTH)
      const { networks = null, expires_at: expiresAt = null } = request
      // A leap second, which RFC 3339 allows and Date does not, is NaN.
      if (expiresAt !== null && !(Date.parse(expiresAt) > Date.now()))
        throw new AppError('VALIDATION_ERROR', {
          details: [{ field: '/expires_at', message: 'must be in the future' }]
        })
      const { key, id, hash } = createApiKey()
      const scopes = [...new Set(request.scopes)]
      const created = await outboxes.recordMain(() =>
        apiKeys.insert(service, { id, hash, name, scopes, networks, expiresAt }, by)
      )
      if (created.outcome === 'missing') throw new AppError('SERVICE_ACCOUNT_NOT_FOUND')
      if (created.outcome === 'too many') throw new AppError('TOO_MANY_KEYS')
      return { ...created.key, key }
    },

    /** Revokes a key; every process refuses it within a second. @throws {AppError} KEY_NOT_FOUND */
    async revoke(service: ServiceRef, keyId: string, by: By): Promise<void> {
      const revoked = await outboxes.recordMain(() => apiKeys.revoke(service, keyId, by))
      if (revoked.length === 0) throw new AppError('KEY_NOT_FOUND')
      accessChanges.sessionChanged(keyId)
    },

    /** Revokes all keys of a service account in the same way. @returns how many */
    async revokeAll(service: ServiceRef, by: By): Promise<number> {
      const revoked = await outboxes.recordMain(() => apiKeys.revoke(service, null, by))
      for (const id of revoked) accessChanges.sessionChanged(id)
      return revoked.length
    }
  }
}
