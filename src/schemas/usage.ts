import { Type } from '@sinclair/typebox'

const Limit = Type.Union([Type.Integer(), Type.Null()], { description: 'null: none', examples: [1000] })

export const Usage = Type.Object(
  {
    documents: Type.Integer({ examples: [57] }),
    files: Type.Integer({ examples: [42] }),
    bytes: Type.Integer({ description: 'Of all files; equal content counts once', examples: [73400320] }),
    limits: Type.Object({ documents: Limit, bytes: Limit })
  },
  { title: 'Usage' }
)
