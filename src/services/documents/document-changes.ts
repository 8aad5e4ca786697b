import { MAX_FILENAME_LENGTH } from '../../../core/formats.js'
import { storedName } from '../../../core/validation/names.js'
import { storedFolder, storedMetadata, storedTags } from '../../../core/validation/own-data.js'
import type { DocumentChanges } from '../../../db/tenant/document-update.js'

/**
 * Turns changes that match their schema into the form that is stored.
 * @throws {AppError} VALIDATION_ERROR, naming the field
 */
export function storedChanges(changes: DocumentChanges): DocumentChanges {
  const { filename, mime_type, charset, external_id, metadata, metadataPatch, tags, folder } = changes
  return {
    filename: filename && storedName(filename, '/filename', MAX_FILENAME_LENGTH),
    mime_type: mime_type?.toLowerCase(),
    charset,
    external_id,
    metadata: metadata && storedMetadata(metadata),
    metadataPatch: metadataPatch && storedMetadata(metadataPatch),
    tags: tags && storedTags(tags),
    folder: folder === undefined ? undefined : storedFolder(folder)
  }
}
