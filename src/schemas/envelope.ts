import { Type, type TSchema } from '@sinclair/typebox'
import { ERRORS, type ErrorCode } from '../../core/errors.js'

const ErrorDetail = Type.Object(
  {
    field: Type.String({
      description: 'JSON pointer into the body, or the name of the parameter after "/"',
      examples: ['/email']
    }),
    message: Type.String({ description: 'What is wrong with it', examples: ['is required'] })
  },
  { title: 'ErrorDetail' }
)

export const ErrorEnvelope = Type.Object(
  {
    success: Type.Literal(false),
    error: Type.Object({
      code: Type.String({
        description: 'What to match on: it never changes its meaning. More may be added',
        examples: ['VALIDATION_ERROR']
      }),
      message: Type.String({
        description: 'Tells a person what to do next',
        examples: [ERRORS.VALIDATION_ERROR[1]]
      }),
      details: Type.Optional(Type.Array(ErrorDetail, { description: 'Where single values are wrong' })),
      request_id: Type.String({
        description: 'As in the header `x-request-id`; the log has it too',
        examples: ['5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11']
      })
    })
  },
  { $id: 'Error', title: 'Error', description: 'A request that was refused, or that failed' }
)

const Message = Type.String({ description: 'For people', examples: ['Done'] })

/** A successful response with data. */
export const Success = <Data extends TSchema>(data: Data, description: string) =>
  Type.Object({ success: Type.Literal(true), message: Type.Optional(Message), data }, { description })

/** A successful response without data. */
export const Done = (description: string) =>
  Type.Object({ success: Type.Literal(true), message: Message }, { description })

/** A successful response that is a file of any type, not JSON. */
export const Binary = (description: string) => ({
  description,
  content: { '*/*': { schema: Type.String({ format: 'binary' }) } }
})

/** Errors for a request that is invalid or unsupported as HTTP, before anyone looks at its purpose. */
export const OF_HTTP: ErrorCode[] = [
  'METHOD_NOT_ALLOWED',
  'URI_TOO_LONG',
  'EXPECTATION_FAILED',
  'HEADERS_TOO_LARGE',
  'NOT_IMPLEMENTED',
  'HTTP_VERSION_UNSUPPORTED'
]

/** Errors that any request may get; VALIDATION_ERROR is for unknown query parameters. */
const ALWAYS: ErrorCode[] = [
  'MALFORMED_REQUEST',
  'CLIENT_GONE',
  'VALIDATION_ERROR',
  'REQUEST_TIMEOUT',
  'INTERNAL_ERROR',
  'OVERLOADED',
  'SHUTTING_DOWN'
]
const WITH_DATABASE: ErrorCode[] = [...ALWAYS, 'DATABASE_UNAVAILABLE']
/** The same response with a description of its headers. Headers of every response need not be named. */
export const withHeaders = <Answer extends object>(answer: Answer, headers: Record<string, TSchema>) => ({
  ...answer,
  headers
})

/** Errors for a body that is encoded, partial, or not as declared. */
export const CONTENT_ERRORS = [
  'UNSUPPORTED_MEDIA_TYPE',
  'CONTENT_RANGE_NOT_SUPPORTED',
  'CHECKSUM_MISMATCH'
] as const satisfies ErrorCode[]
/** Errors for a body of the wrong kind, even where none is expected. */
export const BODY_ERRORS = [...CONTENT_ERRORS, 'BODY_TOO_LARGE'] as const satisfies ErrorCode[]
const WITH_SESSION: ErrorCode[] = [
  'NOT_AUTHENTICATED',
  'INVALID_TOKEN',
  'TOKEN_EXPIRED',
  'TOKEN_REVOKED',
  'TOO_MANY_REQUESTS'
]
const IN_TENANT: ErrorCode[] = [
  'TENANT_NOT_FOUND',
  'TENANT_INACTIVE',
  'INSUFFICIENT_ROLE',
  'TENANT_NOT_READY',
  'TENANT_NEWER',
  'TENANT_BUSY'
]

/** Where src/http/openapi finds a response's error codes, for making examples. */
export const CODES = 'x-codes'

/** Responses for error codes, by status, with each code and its meaning in the description. */
function errorResponses(codes: ErrorCode[]): Record<number, ErrorResponse> {
  const byStatus = new Map<number, ErrorCode[]>()
  for (const code of new Set(codes)) {
    const [status] = ERRORS[code]
    byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  }
  return Object.fromEntries([...byStatus].map(([status, ofStatus]) => [status, errorResponse(ofStatus)]))
}

function errorResponse(codes: ErrorCode[]) {
  const description = codes.map((code) => `\`${code}\`: ${ERRORS[code][1]}`).join('\n\n')
  return { description, content: { 'application/json': { schema: Type.Ref('Error'), [CODES]: codes } } }
}
type ErrorResponse = ReturnType<typeof errorResponse>

/** Errors of a route that depends on nothing, not even the database. */
export const bareErrors = (...codes: ErrorCode[]) => errorResponses([...ALWAYS, ...codes])
/** Errors of a route that anyone may call. */
export const publicErrors = (...codes: ErrorCode[]) => errorResponses([...WITH_DATABASE, ...codes])
/** Errors of a public route where someone might guess, and which is therefore rate-limited. */
export const guessingErrors = (...codes: ErrorCode[]) => publicErrors('TOO_MANY_REQUESTS', ...codes)
/** Errors of a route that needs a session. */
export const sessionErrors = (...codes: ErrorCode[]) =>
  errorResponses([...WITH_DATABASE, ...WITH_SESSION, ...codes])
/** Errors of a route inside a tenant. */
export const tenantErrors = (...codes: ErrorCode[]) =>
  errorResponses([...WITH_DATABASE, ...WITH_SESSION, ...IN_TENANT, ...codes])
