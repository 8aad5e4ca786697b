import { Type } from '@sinclair/typebox'
import { patternSaying } from '../validation/patterns.js'

/** The URL of a PostgreSQL database. */
export const postgresUrl = Type.String({
  pattern: patternSaying(/^postgres(ql)?:\/\/[^/\s]+/u, 'must be a URL that starts with postgres://')
})
