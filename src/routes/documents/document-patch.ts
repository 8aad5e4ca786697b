import type { Static } from '@sinclair/typebox'
import { NO_OWN_DATA } from '../../../core/own-data.js'
import { MERGE_PATCH } from '../../http/json-body.js'
import type { PatchDocument } from '../../schemas/document-changes.js'
import { DocumentWithFile } from '../../schemas/documents.js'
import { BODY_ERRORS, Success, tenantErrors, withHeaders } from '../../schemas/envelope.js'
import { ETagHeader } from '../../schemas/revisions.js'

/** The content types that a merge patch may have. */
export const PATCH_TYPES = ['application/json', MERGE_PATCH]

/** The responses of a change. */
export const ChangedDocument = {
  200: withHeaders(Success(DocumentWithFile, 'The changed document', 'DocumentResponse'), ETagHeader),
  ...tenantErrors(
    'DOCUMENT_NOT_FOUND',
    'PRECONDITION_FAILED',
    'EXTERNAL_ID_TAKEN',
    'VALIDATION_ERROR',
    ...BODY_ERRORS
  )
}

/** What a merge patch changes: null resets a field to the value of a document for which it was never set. */
export function changesIn(patch: Static<typeof PatchDocument>) {
  const { metadata, tags, folder, ...others } = patch
  return {
    ...others,
    ...(metadata === null ? { metadata: NO_OWN_DATA.metadata } : { metadataPatch: metadata }),
    tags: tags === null ? NO_OWN_DATA.tags : tags,
    folder: folder === null ? NO_OWN_DATA.folder : folder
  }
}
