import { Type } from '@sinclair/typebox'
import { AskedMoment, idOf, MimeType, NO_NUL } from '../../core/formats.js'
import { MAX_METADATA_FILTERS } from '../../core/metadata-filters.js'
import { ExternalId, Folder, MetadataKey, MetadataText, Tag } from '../../core/own-data.js'
import { AskedOnBehalfOf } from './on-behalf-of.js'

/** A folder in a query. */
export const askedFolder = (description: string) => ({ ...Folder, description })

/** The filters by which documents can be found, in any combination. */
export const DocumentFilters = {
  filename: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 255,
      pattern: NO_NUL,
      format: 'text',
      description: 'Only documents whose name contains this; upper and lower case are the same',
      examples: ['report']
    })
  ),
  user_id: Type.Optional(idOf('Only documents uploaded by this user')),
  on_behalf_of: AskedOnBehalfOf,
  mime_type: Type.Optional({ ...MimeType, description: 'Only documents of this MIME type' }),
  created_from: Type.Optional({
    ...AskedMoment,
    description: 'Only documents created at or after this time'
  }),
  created_to: Type.Optional({ ...AskedMoment, description: 'Only documents created at or before this time' }),
  external_id: Type.Optional({ ...ExternalId, description: 'Only the document with this external id' }),
  tag: Type.Optional(
    Type.Array(Tag, {
      maxItems: 50,
      description:
        'Only documents with this tag; repeat it to ask for documents that have all of several tags',
      examples: [['invoice']]
    })
  ),
  metadata: Type.Optional(
    Type.Record(MetadataKey, MetadataText, {
      title: 'MetadataFilter',
      maxProperties: MAX_METADATA_FILTERS,
      additionalProperties: false,
      description:
        'Only documents with this value in their metadata, such as `metadata[customer]=C-17`: a text that equals it, or a ' +
        'number or Boolean that JSON writes like this',
      examples: [{ customer: 'C-17' }]
    })
  ),
  folder: Type.Optional(askedFolder('Only documents directly in this folder')),
  folder_prefix: Type.Optional(askedFolder('Only documents in this folder or in any folder below it'))
}
