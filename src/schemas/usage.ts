import { Type } from '@sinclair/typebox'

const Limit = Type.Union([Type.Integer(), Type.Null()], {
  description: 'The limit; null if there is none',
  examples: [1000]
})

export const Usage = Type.Object(
  {
    documents: Type.Integer({ description: 'The number of documents', examples: [57] }),
    files: Type.Integer({ description: 'The number of files', examples: [42] }),
    bytes: Type.Integer({
      description: 'The total size of all files in bytes; equal content counts once',
      examples: [73400320]
    }),
    limits: Type.Object({ documents: Limit, bytes: Limit }, { title: 'UsageLimits' })
  },
  { title: 'Usage' }
)
