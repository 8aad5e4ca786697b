import { AppError } from '../../../core/errors.js'
import type { ChangedBy } from '../../../db/revisions.js'
import type { UploadAnswer } from '../../../db/tenant/rows.js'
import type { TenantRef } from '../../../plugins/tenancy/router.js'
import type { Upload, UploadDescription } from '../uploads/upload.js'
import type { DocumentService } from './document-service.js'
import { externalIdTaken } from './own-data-refusals.js'

/** A PUT of a document under its external id. */
export interface PutRequest extends UploadDescription {
  externalId: string
  /** Whether the document must already exist, or must not; otherwise the request is refused. */
  only: 'existing' | 'new' | undefined
}

/** The outcome of a PUT: it created the document, or changed an existing one (`replayed`). */
export interface Put {
  document: UploadAnswer
  replayed: boolean
}

const TAKEN = 'A document with this external id already exists'
const NONE = 'No document has this external id; send the content without If-Match to create one'

export type PutDocument = ReturnType<typeof createPutDocument>

/**
 * Creates the document with an external id from received bytes. If it already exists with these bytes, updates its name,
 * type and own data instead: a repeated request leads to the same state, and of concurrent ones only one creates the
 * document.
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
      if (only === 'existing') throw new AppError('PRECONDITION_FAILED', { message: NONE })
      try {
        const { document } = await upload.commit(description)
        return { document, replayed: false }
      } catch (error) {
        if (!(error instanceof AppError && error.code === 'EXTERNAL_ID_TAKEN')) throw error
        found = await documents.findByExternalId(tenant, externalId)
        // Another request has created it and deleted it again.
        if (found === null) throw new AppError('UPLOAD_INTERRUPTED', { cause: error })
      }
    }
    if (only === 'new') throw new AppError('PRECONDITION_FAILED', { message: TAKEN })
    const { content, ownData, filename, mimeType: mime_type } = description
    const { sha256, md5_hash, file_size } = found.file
    const isSame = content.sha256 === sha256 && content.md5Hash === md5_hash && content.fileSize === file_size
    if (!isSame) throw externalIdTaken(found.id, 'belongs to other content:')
    await upload.askAgain()
    const document = await documents.update(tenant, found.id, { ...ownData, filename, mime_type }, by)
    return { document: { ...document, deduplicated: true }, replayed: true }
  }
}
