import { storedFolder } from '../../../core/validation/own-data.js'
import type { DocumentFilter } from '../../../db/tenant/document-list.js'

/** A filter as the client wrote it. */
export type AskedFilter = DocumentFilter

/**
 * Normalizes a filter: its texts as they are stored, in a fixed order. A cursor belongs to a filter, however the client
 * wrote it.
 * @throws {AppError} VALIDATION_ERROR for an invalid folder
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
