import { AppError } from '../../core/errors.js'

/** Own data where only texts can be sent: forms, queries and Upload-Metadata. */
export interface OwnDataTexts {
  external_id?: string | undefined
  folder?: string | undefined
  /** A JSON object. */
  metadata?: string | undefined
  tags?: readonly string[] | undefined
}

/**
 * Parses the texts into the fields of `OwnDataFields`, which the caller still has to check.
 * @throws {AppError} VALIDATION_ERROR if the metadata is not JSON
 */
export function readOwnDataTexts({
  external_id,
  folder,
  metadata,
  tags
}: OwnDataTexts): Record<string, unknown> {
  return {
    ...(external_id !== undefined && { external_id }),
    ...(folder !== undefined && { folder }),
    ...(metadata !== undefined && { metadata: parseField('metadata', metadata) }),
    ...(tags !== undefined && { tags })
  }
}

/** @throws {AppError} VALIDATION_ERROR naming the field if its text is not JSON */
export function parseField(name: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new AppError('VALIDATION_ERROR', { details: [{ field: `/${name}`, message: 'must be JSON' }] })
  }
}
