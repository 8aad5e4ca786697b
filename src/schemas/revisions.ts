import { Type } from '@sinclair/typebox'

/** The revision of a document, a file or a tenant. The triggers in the migrations say which columns raise it. */
export const Revision = Type.Integer({
  description: 'Rises with every change. In quotes, it is the ETag',
  examples: [3]
})

const EXAMPLE_TAG = '"3"'

/** The header If-Match of a change. The route parses it; see `expectedRevisions`. */
export const IfMatch = Type.Optional(
  Type.String({
    description: 'Answer 412 unless the ETag is one of these. `*` stands for any',
    examples: [EXAMPLE_TAG]
  })
)

export const IfMatchHeaders = Type.Object({ 'if-match': IfMatch })

/** Describes the header of an answer that contains a document, a file or a tenant. */
export const ETagHeader = {
  etag: Type.String({
    description: 'The version that you got; send it as `If-Match`',
    examples: [EXAMPLE_TAG]
  })
}
