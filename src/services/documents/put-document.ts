import { AppError } from '../../../core/errors.js'
import type { ChangedBy } from '../../../db/revisions.js'
import type { DocumentWithFile, UploadAnswer } from '../../../db/tenant/rows.js'
import type { TenantRef } from '../../../plugins/tenancy/router.js'
import type { Upload, UploadDescription } from '../uploads/upload.js'
import type { DocumentService } from './document-service.js'
import { externalIdTaken } from './own-data-refusals.js'

/** A PUT of a document under its external id. */
export interface PutRequest {
  externalId: string
  /** Whether the document must already exist, or must not; otherwise the request is refused. */
  only: 'existing' | 'new' | undefined
  /** Receives the bytes, and what the client says about them. */
  read: () => Promise<UploadDescription>
}

/** The outcome of a PUT: it created the document, or changed an existing one (`replayed`). */
export interface Put {
  document: UploadAnswer
  replayed: boolean
}

const TAKEN = 'A document with this external id already exists'
const CHANGED = 'The document was deleted or renamed meanwhile; send the file again'
const NONE = 'No document has this external id; send the content without If-Match to create one'

export type PutDocument = ReturnType<typeof createPutDocument>

/**
 * Creates the document with an external id from the bytes that a client sends. If it already exists with these bytes,
 * updates its name, type and own data instead, and repairs its file if the stored bytes are lost or damaged: a repeated
 * request leads to the same state, and of concurrent ones only one creates the document.
 */
export function createPutDocument(documents: Pick<DocumentService, 'findByExternalId' | 'updateWithFile'>) {
  /**
   * @throws {AppError} EXTERNAL_ID_TAKEN if the document has other bytes; PRECONDITION_FAILED; UPLOAD_INTERRUPTED if the
   * document was deleted or given another external id meanwhile; and what `read` and `Upload.commit` throw
   */
  return async (tenant: TenantRef, upload: Upload, request: PutRequest, by: ChangedBy): Promise<Put> => {
    const { externalId, only, read } = request
    const find = () => documents.findByExternalId(tenant, externalId)
    let found = await find()
    if (found !== null) upload.replaces(found.file)
    const description = await read()
    found ??= await find()
    if (found === null) {
      if (only === 'existing') throw new AppError('PRECONDITION_FAILED', { message: NONE })
      try {
        const { document } = await upload.commit(description)
        return { document, replayed: false }
      } catch (error) {
        if (!hasCode(error, 'EXTERNAL_ID_TAKEN')) throw error
        found = await find()
        // Another request has created it and deleted it again.
        if (found === null) throw new AppError('UPLOAD_INTERRUPTED', { message: CHANGED, cause: error })
      }
    }
    if (only === 'new') throw new AppError('PRECONDITION_FAILED', { message: TAKEN })
    if (!isSame(description, found)) throw externalIdTaken(found.id, 'belongs to other content:')
    await upload.askAgain()
    await upload.repair(found.file)
    const { ownData, filename, mimeType: mime_type, charset } = description
    const changes = { ...ownData, filename, mime_type, charset }
    const of = { externalId, fileId: found.file_id }
    try {
      const document = await documents.updateWithFile(tenant, of, changes, by)
      return { document: { ...document, deduplicated: true }, replayed: true }
    } catch (error) {
      if (!hasCode(error, 'DOCUMENT_NOT_FOUND')) throw error
      if (only === 'existing') throw new AppError('PRECONDITION_FAILED', { message: NONE, cause: error })
      throw new AppError('UPLOAD_INTERRUPTED', { message: CHANGED, cause: error })
    }
  }
}

const isSame = ({ content }: UploadDescription, { file }: DocumentWithFile) =>
  content.sha256 === file.sha256 && content.md5Hash === file.md5_hash && content.fileSize === file.file_size

const hasCode = (error: unknown, code: AppError['code']) => error instanceof AppError && error.code === code
