import { AppError } from '../errors.js'
import {
  MAX_FOLDER_BYTES,
  MAX_METADATA_BYTES,
  MAX_SEGMENT_BYTES,
  MAX_TAG_LENGTH,
  NO_OWN_DATA,
  type Metadata,
  type OwnData,
  type OwnDataFields
} from '../own-data.js'
import { storedName } from './names.js'

/**
 * Turns validated request fields into the own data of a new document, with defaults for fields left out.
 * @throws {AppError} VALIDATION_ERROR, naming the field
 */
export function storedOwnData({ external_id, metadata, tags, folder }: OwnDataFields): OwnData {
  return {
    external_id: external_id ?? NO_OWN_DATA.external_id,
    metadata: metadata === undefined ? NO_OWN_DATA.metadata : storedMetadata(metadata),
    tags: tags === undefined ? NO_OWN_DATA.tags : storedTags(tags),
    folder: folder === undefined ? NO_OWN_DATA.folder : storedFolder(folder)
  }
}

/** @throws {AppError} VALIDATION_ERROR if it has too many bytes, or a name that JSON bodies cannot have */
export function storedMetadata<Value extends Metadata[string] | null>(
  metadata: Record<string, Value>
): Record<string, Value> {
  // In most JavaScript programs, this name would set the object's prototype instead of a value.
  if (Object.hasOwn(metadata, '__proto__')) throw invalid('/metadata/__proto__', 'must have another name')
  if (metadataBytes(metadata) > MAX_METADATA_BYTES) throw metadataTooLarge()
  return metadata
}

export const metadataTooLarge = () =>
  invalid(
    '/metadata',
    `must have at most ${MAX_METADATA_BYTES.toLocaleString('en')} bytes and 64 values in all`
  )

export const tooManyTags = () => invalid('/tags', 'must have at most 50 items')

/** At least as many bytes as PostgreSQL writes: with a space after each colon and comma, and without exponents. */
function metadataBytes(metadata: Record<string, unknown>): number {
  const values = Object.values(metadata)
  const zeros = values.map((value) => Number(/e-(\d+)$/.exec(String(value))?.[1] ?? 0))
  const written = Buffer.byteLength(JSON.stringify(metadata))
  return written + Math.max(0, 2 * values.length - 1) + zeros.reduce((sum, each) => sum + each, 0)
}

/**
 * Tags as a sorted set, each trimmed and composed (NFC).
 * @throws {AppError} VALIDATION_ERROR if a composed one is too long
 */
export function storedTags(tags: readonly string[]): string[] {
  const stored = tags.map((tag, index) => storedName(tag, `/tags/${index}`, MAX_TAG_LENGTH))
  return [...new Set(stored)].sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
}

/**
 * A folder's path, composed (NFC) and with a slash at the end.
 * @throws {AppError} VALIDATION_ERROR
 */
export function storedFolder(path: string, field = '/folder'): string {
  const composed = path.normalize('NFC')
  const folder = composed.endsWith('/') ? composed : `${composed}/`
  const names = folder.split('/').slice(1, -1)
  if (names.some((name) => name === '.' || name === '..'))
    throw invalid(field, 'must not have names "." or ".."')
  if (names.some((name) => Buffer.byteLength(name) > MAX_SEGMENT_BYTES))
    throw invalid(field, `must have names of at most ${MAX_SEGMENT_BYTES} bytes`)
  if (Buffer.byteLength(folder) > MAX_FOLDER_BYTES)
    throw invalid(field, `must have at most ${MAX_FOLDER_BYTES.toLocaleString('en')} bytes`)
  return folder
}

const invalid = (field: string, message: string) =>
  new AppError('VALIDATION_ERROR', { details: [{ field, message }] })
