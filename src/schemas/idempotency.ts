import { Type } from '@sinclair/typebox'
import { patternSaying } from '../../core/validation/patterns.js'

/** Visible ASCII; the column has room for no more characters. */
const Key = Type.String({
  maxLength: 255,
  pattern: patternSaying(/^[\x21-\x7e]+$/u, 'must be 1 to 255 characters of visible ASCII'),
  description:
    'Makes the request safe to repeat. For 24 hours, the same key with the same request gives the same answer and has ' +
    'no further effect. Use 1 to 255 visible ASCII characters, such as a UUID. Keys of different accounts are independent.',
  examples: ['6f1c2f0e-58a6-4a3c-9a7e-0b6f6f1f5d1e']
})

export const IdempotencyHeaders = Type.Object({ 'idempotency-key': Type.Optional(Key) })

/** `true` if the answer was already given to an earlier request. */
export const REPLAYED_HEADER = 'idempotency-replayed'

/** Describes the header of such an answer. */
export const ReplayedHeader = {
  [REPLAYED_HEADER]: Type.Literal('true', {
    description: 'Present if this answer repeats an earlier one to the same key'
  })
}
