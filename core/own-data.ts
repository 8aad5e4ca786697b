import { Type, type Static, type TObject } from '@sinclair/typebox'
import { NO_NUL } from './formats.js'
import { patternSaying } from './validation/patterns.js'

/** What a calling product keeps with a document: a flat object. */
export type Metadata = Record<string, string | number | boolean>

/** What a calling product says about a document in its own terms. */
export interface OwnData {
  /** What the product calls the document; null: the product has not named it. */
  external_id: string | null
  metadata: Metadata
  /** A set, sorted by bytes. */
  tags: string[]
  /** An absolute path that ends in a slash. */
  folder: string
}

/** Own data of a document when the request sets none. */
export const NO_OWN_DATA: OwnData = { external_id: null, metadata: {}, tags: [], folder: '/' }

/** Maximum number of values in a document's metadata. */
export const MAX_METADATA_KEYS = 64
/** Maximum number of a document's tags. */
export const MAX_TAGS = 50
/** Maximum bytes of metadata, as PostgreSQL writes it. */
export const MAX_METADATA_BYTES = 16_384
/** Maximum bytes of a folder's path; an index row has no room for more. */
export const MAX_FOLDER_BYTES = 1_024
/** A folder's documents are counted up to this number. */
export const FOLDER_COUNT_CAP = 1_000
/** Maximum bytes of each name in a folder's path. */
export const MAX_SEGMENT_BYTES = 255
/** Maximum characters of a tag. */
export const MAX_TAG_LENGTH = 100

/** Not "." and "..", which clients remove from the path of a URL. */
export const ExternalId = Type.String({
  minLength: 1,
  maxLength: 255,
  pattern: patternSaying(
    /^(?:[^.\u0000][^\u0000]*|\.[^.\u0000][^\u0000]*|\.\.[^\u0000]+)$/u,
    'must be neither "." nor "..", and must not contain U+0000'
  ),
  format: 'text',
  description: 'What your product calls the document; unique within the tenant. Stored unchanged',
  examples: ['invoice-2026-0042']
})

/** Larger integers would be rounded by most clients. */
const MetadataNumber = Type.Number({ minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER })
export const MetadataText = Type.String({ maxLength: 1_024, pattern: NO_NUL, format: 'text' })
export const MetadataKey = Type.String({
  pattern: patternSaying(
    /^[A-Za-z0-9_.\-]{1,64}$/u,
    'must have a name of 1 to 64 letters, digits, "_", "." and "-"'
  )
})
const METADATA_BOUNDS = { maxProperties: MAX_METADATA_KEYS, additionalProperties: false }
const METADATA_EXAMPLES = [{ customer: 'C-17', amount: 99.5, paid: true }]

/** In requests. */
export const Metadata = Type.Record(MetadataKey, Type.Union([MetadataText, MetadataNumber, Type.Boolean()]), {
  ...METADATA_BOUNDS,
  description:
    'Up to 64 values of your product; each is a text of up to 1,024 characters, a number or a Boolean. Names have 1 to 64 ' +
    'letters, digits, `_`, `.` and `-`. The whole object has at most 16 KiB',
  examples: METADATA_EXAMPLES
})
/** A change of metadata by RFC 7396: null removes a value. */
export const MetadataPatch = Type.Record(
  MetadataKey,
  // In OpenAPI 3.0.3, a string can be nullable, but not a union.
  Type.Union([Type.Union([MetadataText, Type.Null()]), MetadataNumber, Type.Boolean()]),
  {
    ...METADATA_BOUNDS,
    // Enough to remove all values and set as many new ones.
    maxProperties: 128,
    description: 'The values to set. Null removes a value; values you leave out stay',
    examples: [{ paid: true, reminder: null }]
  }
)
export const Tag = Type.String({
  minLength: 1,
  maxLength: MAX_TAG_LENGTH,
  pattern: NO_NUL,
  format: 'name',
  examples: ['invoice']
})
export const Tags = Type.Array(Tag, {
  maxItems: MAX_TAGS,
  description: 'Stored as a sorted set, each trimmed and in Unicode NFC',
  examples: [['invoice', 'urgent']]
})
export const Folder = Type.String({
  minLength: 1,
  maxLength: MAX_FOLDER_BYTES,
  pattern: patternSaying(
    /^\/(?:[^/\u0000]+(?:\/|$))*$/u,
    'must be an absolute path such as /customers/17/, without U+0000 or empty names'
  ),
  format: 'text',
  description:
    'An absolute path; `/` by default. Stored in Unicode NFC and with a slash at the end. It has at most 1,024 bytes; each ' +
    'name in it has at most 255 bytes and is neither `.` nor `..`',
  examples: ['/customers/17/']
})

/** The fields of own data that a request can set on a new document. */
export const OwnDataFields = {
  external_id: Type.Optional(ExternalId),
  metadata: Type.Optional(Metadata),
  tags: Type.Optional(Tags),
  folder: Type.Optional(Folder)
}
export type OwnDataFields = Static<TObject<typeof OwnDataFields>>
