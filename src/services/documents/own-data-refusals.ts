import { AppError } from '../../../core/errors.js'
import { metadataTooLarge, tooManyTags } from '../../../core/validation/own-data.js'
import { violatedConstraint } from '../../../core/violated-constraint.js'
import type { Router, TenantRef } from '../../../plugins/tenancy/router.js'

/** `is` is undefined if the document was deleted meanwhile. */
export const externalIdTaken = (is: string | undefined, why = 'is that of') =>
  new AppError('EXTERNAL_ID_TAKEN', {
    ...(is !== undefined && { details: [{ field: '/external_id', message: `${why} the document ${is}` }] })
  })

/**
 * Does what may give a document an external id and other own data, whose last bounds only the database knows.
 * @throws {AppError} EXTERNAL_ID_TAKEN, naming the document that has it; VALIDATION_ERROR if there is too much of it; and
 * what `work` throws
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
