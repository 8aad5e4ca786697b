import { storedFolder } from '../../../core/validation/own-data.js'
import type { DocumentFilter } from '../../../db/tenant/document-list.js'

/** What a client asks for, as it wrote it. */
export type AskedFilter = DocumentFilter

/**
 * The filter with texts as they are stored, in an order that does not depend on the client's: cursors belong to a
 * filter, however it was written.
 * @throws {AppError} VALIDATION_ERROR for what is no folder
 */
export function documentFilter(asked: AskedFilter): DocumentFilter {
  const { filename, user_id, on_behalf_of, mime_type, created_from, created_to, external_id } = asked
  const { tags, metadata, folder, folder_prefix } = asked
  return {
    ...{ filename, user_id, on_behalf_of, mime_type, created_from, created_to, external_id },
    tags: tags && [...new Set(tags.map((tag) => tag.normalize('NFC').trim()))].sort(),
    metadata: metadata && Object.fromEntries(Object.entries(metadata).sort(byKey)),
    folder: folder && storedFolder(folder, '/folder'),
    folder_prefix: folder_prefix && storedFolder(folder_prefix, '/folder_prefix')
  }
}

const byKey = ([one]: [string, string], [other]: [string, string]) => (one < other ? -1 : 1)
