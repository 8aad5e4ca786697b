import { Type, type TSchema } from '@sinclair/typebox'
import { ERRORS, type ErrorCode } from '../errors.js'

const ErrorDetail = Type.Object({
  field: Type.String({ description: 'JSON pointer to the value that is wrong', examples: ['/email'] }),
  message: Type.String()
})

export const ErrorEnvelope = Type.Object(
  {
    success: Type.Literal(false),
    error: Type.Object({
      code: Type.String({ examples: ['VALIDATION_ERROR'] }),
      message: Type.String(),
      details: Type.Optional(Type.Array(ErrorDetail)),
      request_id: Type.String()
    })
  },
  { $id: 'Error', title: 'Error' }
)

/** A successful answer that carries data. */
export const Success = <Data extends TSchema>(data: Data, description: string) =>
  Type.Object({ success: Type.Literal(true), message: Type.Optional(Type.String()), data }, { description })

/** A successful answer that only says so. */
export const Done = (description: string) =>
  Type.Object({ success: Type.Literal(true), message: Type.String() }, { description })

/** A successful answer that is a file and no JSON. */
export const Binary = (description: string) => ({
  description,
  content: { 'application/octet-stream': { schema: Type.String({ format: 'binary' }) } }
})

/** What any request may be answered with. */
const ALWAYS: ErrorCode[] = ['MALFORMED_REQUEST', 'INTERNAL_ERROR', 'DATABASE_UNAVAILABLE']
const WITH_SESSION: ErrorCode[] = ['NOT_AUTHENTICATED', 'INVALID_TOKEN', 'TOKEN_EXPIRED', 'TOKEN_REVOKED']
const IN_TENANT: ErrorCode[] = [
  'TENANT_NOT_FOUND',
  'TENANT_INACTIVE',
  'INSUFFICIENT_ROLE',
  'TENANT_NOT_READY',
  'TENANT_NEWER',
  'TENANT_BUSY'
]

/** Response schemas for error codes, by status, with each code and its meaning in the description. */
function errorResponses(codes: ErrorCode[]): Record<number, TSchema> {
  const byStatus = new Map<number, string[]>()
  for (const code of codes) {
    const [status, message] = ERRORS[code]
    byStatus.set(status, [...(byStatus.get(status) ?? []), `\`${code}\`: ${message}`])
  }
  return Object.fromEntries(
    [...byStatus].map(([status, lines]) => [status, Type.Ref('Error', { description: lines.join('\n\n') })])
  )
}

/** Errors of a route that anyone may call. */
export const publicErrors = (...codes: ErrorCode[]) => errorResponses([...ALWAYS, ...codes])
/** Errors of a public route where somebody might guess, so that its calls are limited. */
export const guessingErrors = (...codes: ErrorCode[]) => publicErrors('TOO_MANY_REQUESTS', ...codes)
/** Errors of a route that needs a session. */
export const sessionErrors = (...codes: ErrorCode[]) => errorResponses([...ALWAYS, ...WITH_SESSION, ...codes])
/** Errors of a route inside a tenant. */
export const tenantErrors = (...codes: ErrorCode[]) =>
  errorResponses([...ALWAYS, ...WITH_SESSION, ...IN_TENANT, ...codes])
