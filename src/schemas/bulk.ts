import { Type } from '@sinclair/typebox'
import { Id } from '../../core/formats.js'
import { Folder, MetadataPatch, Tags } from '../../core/own-data.js'

export const BulkRequest = Type.Object(
  {
    ids: Type.Array(Id, {
      minItems: 1,
      maxItems: 1_000,
      description: 'The ids of the documents',
      examples: [['5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11']]
    }),
    action: Type.Union(
      [
        Type.Literal('delete'),
        Type.Literal('move'),
        Type.Literal('tag'),
        Type.Literal('untag'),
        Type.Literal('set_metadata')
      ],
      {
        title: 'BulkAction',
        description:
          '`move` needs `folder`, `tag` and `untag` need `tags`, `set_metadata` needs `metadata`; a field that the action ' +
          'does not need is refused',
        examples: ['tag']
      }
    ),
    folder: Type.Optional({
      ...Folder,
      description: 'For `move`: the folder that the documents are moved to'
    }),
    tags: Type.Optional({
      ...Tags,
      description: 'For `tag` and `untag`: the tags to add or remove'
    }),
    metadata: Type.Optional({
      ...MetadataPatch,
      description: 'For `set_metadata`: the values to set. Null removes a value; values you leave out stay'
    })
  },
  { additionalProperties: false, title: 'BulkRequest' }
)

const BulkResult = Type.Object(
  {
    id: Id,
    outcome: Type.Union([Type.Literal('done'), Type.Literal('unchanged'), Type.Literal('failed')], {
      title: 'BulkOutcome',
      description: '`unchanged`: there was nothing to change',
      examples: ['done']
    }),
    code: Type.Optional(
      Type.String({
        description:
          'Why it failed: `DOCUMENT_NOT_FOUND`, or `VALIDATION_ERROR` for too many tags or too much metadata',
        examples: ['DOCUMENT_NOT_FOUND']
      })
    ),
    message: Type.Optional(
      Type.String({
        description: 'Why it failed, in words for people',
        examples: ['No such document; it may have been deleted']
      })
    )
  },
  { title: 'BulkResult' }
)

export const BulkResults = Type.Object(
  {
    results: Type.Array(BulkResult, { description: 'One for each distinct id, in the order of the request' })
  },
  { title: 'BulkResults' }
)
