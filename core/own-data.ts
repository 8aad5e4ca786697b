import { Type, type Static, type TObject } from '@sinclair/typebox'
import { NO_NUL } from './formats.js'
import { patternSaying } from './validation/patterns.js'

/** What a calling product keeps with a document: a flat object. */
export type Metadata = Record<string, string | number | boolean>

/** What a calling product says about a document in its own terms. */
export interface OwnData {
  /** What the product calls it; null: nothing. */
  external_id: string | null
  metadata: Metadata
  /** A set, in the order of its bytes. */
  tags: string[]
  /** An absolute path that ends in a slash. */
  folder: string
}

/** Own data of a document when the request sets none. */
export const NO_OWN_DATA: OwnData = { external_id: null, metadata: {}, tags: [], folder: '/' }

/** Values of metadata. */
export const MAX_METADATA_KEYS = 64
/** Tags of a document. */
export const MAX_TAGS = 50
/** Bytes of metadata, as PostgreSQL writes it. */
export const MAX_METADATA_BYTES = 16_384
/** Bytes, of which an index row has room for no more. */
export const MAX_FOLDER_BYTES = 1_024
/** The documents of a folder are counted up to here. */
export const FOLDER_COUNT_CAP = 1_000
/** Bytes of one folder's name. */
export const MAX_SEGMENT_BYTES = 255
/** Characters. */
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
  description: 'What your product calls the document; unique within the tenant. Kept exactly as it is',
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
    'letters, digits, `_`, `.` and `-`. All of it has at most 16 KiB',
  examples: METADATA_EXAMPLES
})
/** A change of metadata by RFC 7396: null removes a value. */
export const MetadataPatch = Type.Record(
  MetadataKey,
  // OpenAPI 3.0.3 can say of a text that it may be null, but not of a choice.
  Type.Union([Type.Union([MetadataText, Type.Null()]), MetadataNumber, Type.Boolean()]),
  {
    ...METADATA_BOUNDS,
    // So that all may be replaced by others.
    maxProperties: 128,
    description: 'The values to set; null removes one, and others stay',
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
    'An absolute path; `/` by default. Stored in Unicode NFC and with a slash at the end. It has at most 1,024 bytes, each ' +
    'name in it at most 255, and none is `.` or `..`',
  examples: ['/customers/17/']
})

/** What a request that creates a document may say. */
export const OwnDataFields = {
  external_id: Type.Optional(ExternalId),
  metadata: Type.Optional(Metadata),
  tags: Type.Optional(Tags),
  folder: Type.Optional(Folder)
}
export type OwnDataFields = Static<TObject<typeof OwnDataFields>>
