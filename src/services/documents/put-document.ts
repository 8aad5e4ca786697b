import { AppError } from '../../../core/errors.js'
import type { ChangedBy } from '../../../db/revisions.js'
import type { UploadAnswer } from '../../../db/tenant/rows.js'
import type { TenantRef } from '../../../plugins/tenancy/router.js'
import type { Upload, UploadDescription } from '../uploads/upload.js'
import type { DocumentService } from './document-service.js'
import { externalIdTaken } from './own-data-refusals.js'

/** Whose external id is known. */
export interface PutRequest extends UploadDescription {
  externalId: string
  /** What the client demands of the document; it is refused otherwise. */
  only: 'existing' | 'new' | undefined
}

/** What a PUT has done: created the document, or changed the one that was there. */
export interface Put {
  document: UploadAnswer
  replayed: boolean
}

const TAKEN = 'A document with this external id exists already'

export type PutDocument = ReturnType<typeof createPutDocument>

/**
 * Creates the document with an external id from received bytes. If there is one with these bytes, it gets the name, the
 * type and the own data instead, so that a repetition leads to the same state, and of several at the same time one creates
 * the document.
 */
export function createPutDocument(documents: Pick<DocumentService, 'findByExternalId' | 'update'>) {
  /**
   * @throws {AppError} EXTERNAL_ID_TAKEN if the document has other bytes; PRECONDITION_FAILED, and what `Upload.commit`
   * throws
   */
  return async (tenant: TenantRef, upload: Upload, request: PutRequest, by: ChangedBy): Promise<Put> => {
    const { externalId, only, ...description } = request
    let found = await documents.findByExternalId(tenant, externalId)
    if (found === null) {
      if (only === 'existing') throw new AppError('PRECONDITION_FAILED')
      try {
        const { document } = await upload.commit(description)
        return { document, replayed: false }
      } catch (error) {
        if (!(error instanceof AppError && error.code === 'EXTERNAL_ID_TAKEN')) throw error
        found = await documents.findByExternalId(tenant, externalId)
        // Created and deleted by others meanwhile.
        if (found === null) throw new AppError('UPLOAD_INTERRUPTED', { cause: error })
      }
    }
    if (only === 'new') throw new AppError('PRECONDITION_FAILED', { message: TAKEN })
    const { content, ownData, filename, mimeType: mime_type } = description
    const { sha256, md5_hash, file_size } = found.file
    const isSame = content.sha256 === sha256 && content.md5Hash === md5_hash && content.fileSize === file_size
    if (!isSame) throw externalIdTaken(found.id, 'is that of other content:')
    await upload.askAgain()
    const document = await documents.update(tenant, found.id, { ...ownData, filename, mime_type }, by)
    return { document: { ...document, deduplicated: true }, replayed: true }
  }
}
