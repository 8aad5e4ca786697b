import { AppError } from '../../../core/errors.js'
import { metadataTooLarge, tooManyTags } from '../../../core/validation/own-data.js'
import { violatedConstraint } from '../../../core/violated-constraint.js'
import type { Router, TenantRef } from '../../../plugins/tenancy/router.js'

/** @param is the document that has the external id; undefined if it has been deleted since */
export const externalIdTaken = (is: string | undefined, why = 'belongs to') =>
  new AppError('EXTERNAL_ID_TAKEN', {
    ...(is !== undefined && { details: [{ field: '/external_id', message: `${why} the document ${is}` }] })
  })

/**
 * Runs `work`, which may set a document's external id and other own data, and turns violated constraints into errors:
 * only the database can check that the id is unique, and the size of merged metadata and tags.
 * @throws {AppError} EXTERNAL_ID_TAKEN, naming the document that has it; VALIDATION_ERROR for too much metadata or too
 * many tags; and what `work` throws
 */
export async function refusingOwnData<T>(
  router: Router,
  tenant: TenantRef,
  externalId: string | null | undefined,
  work: () => Promise<T>
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const constraint = violatedConstraint(error)
    if (constraint === 'documents_metadata') throw metadataTooLarge()
    if (constraint === 'documents_tags') throw tooManyTags()
    if (constraint !== 'documents_external_id' || externalId == null) throw error
    const owner = await router.withTenant(tenant, (store) => store.documents.findByExternalId(externalId))
    throw externalIdTaken(owner?.id)
  }
}
