import { Type } from '@sinclair/typebox'
import { Filename, MimeType } from '../../core/formats.js'
import { ExternalId, Folder, Metadata, MetadataPatch, Tags } from '../../core/own-data.js'

const Naming = { filename: Type.Optional(Filename), mime_type: Type.Optional(MimeType) }
/** Each field replaces what was there. */
export const UpdateDocument = Type.Object(
  {
    ...Naming,
    external_id: Type.Optional(Type.Union([ExternalId, Type.Null()])),
    metadata: Type.Optional(Metadata),
    tags: Type.Optional(Tags),
    folder: Type.Optional(Folder)
  },
  { additionalProperties: false, title: 'UpdateDocumentRequest' }
)

/** A merge patch (RFC 7396). */
export const PatchDocument = Type.Object(
  {
    ...Naming,
    external_id: Type.Optional(Type.Union([ExternalId, Type.Null()])),
    metadata: Type.Optional(Type.Union([MetadataPatch, Type.Null()])),
    tags: Type.Optional(Type.Union([Tags, Type.Null()])),
    folder: Type.Optional(Type.Union([Folder, Type.Null()]))
  },
  { additionalProperties: false, title: 'PatchDocumentRequest' }
)
