import type { Static } from '@sinclair/typebox'
import { AppError } from '../../../core/errors.js'
import { knownCharset } from '../../../core/charsets.js'
import { MAX_FILENAME_LENGTH } from '../../../core/formats.js'
import type { OwnDataFields } from '../../../core/own-data.js'
import { compileCheck } from '../../../core/validation/check.js'
import { storedName } from '../../../core/validation/names.js'
import { storedOwnData } from '../../../core/validation/own-data.js'
import { parseMediaType } from '../../http/header-parameters.js'
import { parseField, readOwnDataTexts } from '../../http/own-data-texts.js'
import { parseMetadata } from '../../http/tus/metadata.js'
import { DeclaredContent } from '../../schemas/uploads.js'
import type { NewResumableUpload } from '../../services/resumable/upload-creation.js'
import { saysSomething } from '../../services/uploads/mime-type.js'

const problemsIn = compileCheck(DeclaredContent)

type Described = Pick<NewResumableUpload, 'filename' | 'mimeType' | 'charset' | 'md5' | 'sha256' | 'ownData'>

/**
 * What Upload-Metadata says: `filename` (or `name`), `filetype` (or `type`), `mime_type`, `md5`, `sha256` and own data.
 * Uppy sends both names of each.
 * @throws {AppError} VALIDATION_ERROR, naming the key
 */
export function describedBy(metadata: string | undefined): Described {
  const pairs = parseMetadata(metadata)
  const filename = pairs.get('filename') ?? pairs.get('name')
  const [mime_type, md5, sha256] = ['mime_type', 'md5', 'sha256'].map((key) => pairs.get(key))
  const declared = {
    ...(filename !== undefined && { filename }),
    ...(mime_type !== undefined && { mime_type }),
    ...(md5 !== undefined && { md5 }),
    ...(sha256 !== undefined && { sha256 }),
    ...ownDataIn(pairs)
  }
  const details = problemsIn(declared)
  if (details.length > 0 || filename === undefined) throw new AppError('VALIDATION_ERROR', { details })
  return describedAs({ ...declared, filename }, pairs.get('filetype') ?? pairs.get('type'))
}

/**
 * The stored form of what a client declares about the content.
 * @param declared must have been validated
 * @param contentType the Content-Type that the client sent, which may be anything
 * @throws {AppError} VALIDATION_ERROR
 */
export function describedAs(
  { filename, mime_type, md5, sha256, ...own }: Static<typeof DeclaredContent>,
  contentType: string | undefined
): Described {
  const type = parseMediaType(contentType)
  const said = type !== undefined && saysSomething(type.value) ? type.value : null
  return {
    filename: storedName(filename, '/filename', MAX_FILENAME_LENGTH),
    mimeType: mime_type?.toLowerCase() ?? said,
    charset: knownCharset(type?.parameters.get('charset')) ?? null,
    md5: md5?.toLowerCase() ?? null,
    sha256: sha256?.toLowerCase() ?? null,
    ownData: storedOwnData(own)
  }
}

/** `tags` is a JSON array, since each key comes only once. */
function ownDataIn(pairs: ReadonlyMap<string, string>): OwnDataFields {
  const [external_id, folder, metadata, tags] = ['external_id', 'folder', 'metadata', 'tags'].map((key) =>
    pairs.get(key)
  )
  return {
    ...readOwnDataTexts({ external_id, folder, metadata }),
    ...(tags !== undefined && { tags: parseField('tags', tags) as string[] })
  }
}
