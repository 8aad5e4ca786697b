import type { SessionKind } from '../../../db/tenant/schema.js'
import type { UploadSession } from '../../../db/tenant/upload-sessions-repository.js'
import type { Router, TenantRef } from '../../../plugins/tenancy/router.js'
import { AppError } from '../../../core/errors.js'

/**
 * The upload session of an account.
 * @param kind the only kind to accept; any by default
 * @throws {AppError} UPLOAD_NOT_FOUND
 */
export async function findSession(
  router: Router,
  tenant: TenantRef,
  { id, userId, kind }: { id: string; userId: string; kind?: SessionKind }
): Promise<UploadSession> {
  const session = await router.withTenant(tenant, (store) => store.uploadSessions.find(id, userId))
  if (session === null || (kind !== undefined && session.kind !== kind))
    throw new AppError('UPLOAD_NOT_FOUND')
  return session
}

/** Whether the upload can still become a document. */
export const isAlive = ({ state, expires_at }: UploadSession): boolean =>
  (state === 'open' || state === 'finishing') && expires_at !== null && Date.parse(expires_at) > Date.now()
