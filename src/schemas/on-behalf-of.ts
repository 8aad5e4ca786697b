import { Type } from '@sinclair/typebox'
import { NO_NUL } from '../../core/formats.js'

/** In answers. Optional, since answers that were kept for an Idempotency-Key may be older than the field. */
export const OnBehalfOf = Type.Optional(
  Type.Union([Type.String(), Type.Null()], {
    description: 'What a service sent as X-On-Behalf-Of; null if nothing',
    examples: ['user-42']
  })
)

/** In queries. */
export const AskedOnBehalfOf = Type.Optional(
  Type.String({
    minLength: 1,
    maxLength: 255,
    pattern: NO_NUL,
    format: 'text',
    description: 'Only what a service did on behalf of this user of its product',
    examples: ['user-42']
  })
)

/** The header that services send, as it is described. */
export const ON_BEHALF_OF_HEADER = {
  'x-on-behalf-of': Type.Optional(
    Type.String({
      description:
        'For services: the user of your product for whom you act, in 1 to 255 printable characters. It grants nothing',
      examples: ['user-42']
    })
  )
}
