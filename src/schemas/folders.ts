import { Type } from '@sinclair/typebox'
import { Folder } from '../../core/own-data.js'

export const ListedFolder = Type.Object(
  {
    folder: Type.String({ description: 'The path of the folder', examples: ['/customers/17/'] }),
    documents: Type.Integer({
      description: 'The number of documents in the folder and below, counted up to 1,000',
      examples: [12]
    }),
    documents_capped: Type.Optional(
      Type.Literal(true, { description: 'Present if there are more documents than were counted' })
    )
  },
  { title: 'ListedFolder' }
)

export const MoveFolder = Type.Object(
  {
    from: { ...Folder, description: 'The folder to move, with all folders below it' },
    to: { ...Folder, description: 'The new path of the folder; it must not be inside `from`' }
  },
  { additionalProperties: false, title: 'MoveFolderRequest' }
)

export const FolderMoved = Type.Object(
  {
    moved: Type.Integer({ description: 'The number of documents that were moved', examples: [1000] }),
    more: Type.Boolean({
      description: 'Whether there are more documents to move; if so, send the same request again',
      examples: [false]
    })
  },
  { title: 'FolderMoved' }
)
