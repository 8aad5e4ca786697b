import { Type, type Static } from '@sinclair/typebox'
import type { Usage } from '../../../db/tenant/usage-repository.js'
import { ExternalId, MAX_TAGS, MAX_TAG_LENGTH, Metadata } from '../../../core/own-data.js'
import { MimeType, NO_NUL } from '../../../core/formats.js'
import { patternSaying } from '../../../core/validation/patterns.js'

/**
 * The archive of a tenant is a tar (POSIX pax) of these entries, in this order:
 *
 * - `format.json`: the name and version of the format;
 * - `tables/{files,documents,members}.NNNNN.ndjson`: rows sorted by id, a JSON object per line;
 * - `objects/ab/abcd…`: the content of each file, by its SHA-256, in the order of the files;
 * - `tables/lost.NNNNN.ndjson`: the files whose content the storage no longer had, or had changed;
 * - `SHA256SUMS`: the digests of all entries above, as `sha256sum` writes them;
 * - `manifest.json`: the tenant, the number of rows and objects, and the SHA-256 of `SHA256SUMS`.
 *
 * Readers refuse anything else, and versions that they do not know.
 */
export const FORMAT = 'strongroom-tenant'
export const FORMAT_VERSION = 1

/** Maximum bytes of a part of a table; only the last row of a part may exceed it. */
export const PART_BYTES = 8 * 1024 * 1024
/** Maximum bytes of a row; no row that Strongroom writes comes close. */
export const MAX_LINE_BYTES = 256 * 1024
/** Maximum bytes of `format.json` and of `manifest.json`. */
export const MAX_JSON_BYTES = 64 * 1024

/** Bytes that a file adds to its content (row, tar header, padding, digest), those of a document, and of the rest. */
const FILE_BYTES = 4 * 1024
const DOCUMENT_BYTES = 48 * 1024
const REST_BYTES = 1024 ** 3

/**
 * Maximum bytes of a tenant's archive: an overestimate, doubled because the tenant may grow before its rows are read.
 */
export const archiveBytesAtMost = ({ bytes, files, documents }: Omit<Usage, 'limits'>): number =>
  2 * (bytes + files * FILE_BYTES + documents * DOCUMENT_BYTES + REST_BYTES)

export type ArchiveTable = 'files' | 'documents' | 'members' | 'lost'

export const FORMAT_NAME = 'format.json'
export const SUMS_NAME = 'SHA256SUMS'
export const MANIFEST_NAME = 'manifest.json'
export const partName = (table: ArchiveTable, part: number) =>
  `tables/${table}.${String(part).padStart(5, '0')}.ndjson`
export const objectName = (sha256: string) => `objects/${sha256.slice(0, 2)}/${sha256}`

/** A line of `SHA256SUMS`. */
export const sumLine = (sha256: string, name: string) => `${sha256}  ${name}\n`

const hex = (digits: number) =>
  Type.String({
    pattern: patternSaying(
      digits === 64 ? /^[0-9a-f]{64}$/u : /^[0-9a-f]{32}$/u,
      `must be ${digits} hexadecimal digits`
    )
  })
const RowId = Type.String({
  pattern: patternSaying(
    /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/u,
    'must be a UUID in lower case'
  )
})
const RowMoment = Type.String({ format: 'date-time', maxLength: 40 })
const text = (maxLength: number, minLength = 0) => Type.String({ minLength, maxLength, pattern: NO_NUL })
const orNull = <Schema extends ReturnType<typeof Type.String>>(schema: Schema) =>
  Type.Union([schema, Type.Null()])
const strict = { additionalProperties: false }
const entity = { id: RowId, created_at: RowMoment, updated_at: RowMoment, created_by: orNull(RowId) }
const Count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })

export const FileRow = Type.Object(
  {
    ...entity,
    md5_hash: hex(32),
    sha256: hex(64),
    file_size: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
    verified_at: orNull(RowMoment),
    verification: orNull(text(10)),
    detected_type: orNull(text(100)),
    revision: Type.Integer({ minimum: 1, maximum: 2_147_483_647 })
  },
  strict
)
export const DocumentRow = Type.Object(
  {
    ...entity,
    filename: text(255, 1),
    mime_type: MimeType,
    charset: orNull(text(20)),
    file_id: RowId,
    user_id: RowId,
    revision: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }),
    on_behalf_of: orNull(text(255)),
    external_id: Type.Union([ExternalId, Type.Null()]),
    metadata: Metadata,
    tags: Type.Array(text(MAX_TAG_LENGTH, 1), { maxItems: MAX_TAGS }),
    folder: text(1_024, 1)
  },
  strict
)
export const MemberRow = Type.Object(
  {
    id: RowId,
    email: text(255, 1),
    email_verified: Type.Boolean(),
    first_name: text(100),
    last_name: text(100),
    role: Type.Union([Type.Literal('admin'), Type.Literal('user'), Type.Literal('viewer')])
  },
  strict
)
export const LostRow = Type.Object(
  { id: RowId, why: Type.Union([Type.Literal('missing'), Type.Literal('damaged')]) },
  strict
)
export const ROWS = { files: FileRow, documents: DocumentRow, members: MemberRow, lost: LostRow } as const

export type FileRow = Static<typeof FileRow>
export type DocumentRow = Static<typeof DocumentRow>
export type MemberRow = Static<typeof MemberRow>
export type LostRow = Static<typeof LostRow>

export const Format = Type.Object({ format: Type.Literal(FORMAT), version: Count })
export type Format = Static<typeof Format>

export const Manifest = Type.Object(
  {
    format: Type.Literal(FORMAT),
    version: Type.Literal(FORMAT_VERSION),
    tenant: Type.Object({ id: RowId, name: text(255, 1) }),
    /** When the rows were read. */
    exported_at: RowMoment,
    rows: Type.Object({ files: Count, documents: Count, members: Count, lost: Count }, strict),
    objects: Count,
    object_bytes: Count,
    sha256sums: hex(64)
  },
  strict
)
export type Manifest = Static<typeof Manifest>
