import { Type } from '@sinclair/typebox'

const Limit = Type.Union([Type.Integer(), Type.Null()], { description: 'null: none' })

export const Usage = Type.Object(
  {
    documents: Type.Integer(),
    files: Type.Integer(),
    bytes: Type.Integer({ description: 'Of all files; equal content counts once' }),
    limits: Type.Object({ documents: Limit, bytes: Limit })
  },
  { title: 'Usage' }
)
