import { Type, type TSchema } from '@sinclair/typebox'
import { ERRORS, type ErrorCode } from '../../core/errors.js'

const ErrorDetail = Type.Object(
  {
    field: Type.String({
      description: 'A JSON pointer into the body, or "/" and the name of the parameter',
      examples: ['/email']
    }),
    message: Type.String({ description: 'What is wrong with the value', examples: ['is required'] })
  },
  { title: 'ErrorDetail' }
)

/** The part of an error that says what went wrong. */
export const ErrorBody = Type.Object(
  {
    code: Type.String({
      description:
        'Match on this: a code never changes its meaning. New codes may be added. `components.responses` lists them by status',
      examples: ['VALIDATION_ERROR']
    }),
    message: Type.String({
      description: 'Says what to do next; the wording may change',
      examples: [ERRORS.VALIDATION_ERROR[1]]
    }),
    details: Type.Optional(Type.Array(ErrorDetail, { description: 'Which values are wrong' })),
    oldest_cursor: Type.Optional(
      Type.String({
        description: 'With `CURSOR_EXPIRED`: a cursor at the start of the events that are still kept',
        examples: ['NWI3YzJhNTItNmYwYy00YzJlLTlmMGUtM2Y0YThkMWM3ZTExOjA']
      })
    ),
    request_id: Type.String({
      description: 'The same id as in the header `x-request-id`. Quote it when you report a problem',
      examples: ['5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11']
    }),
    documentation_url: Type.Optional(
      Type.String({
        description: 'The page that explains the error; sent if the operator has set PUBLIC_URL',
        examples: ['https://documents.example.com/errors#VALIDATION_ERROR']
      })
    )
  },
  { title: 'ErrorBody' }
)

/**
 * The answer of every error. Not called `Error`: that is a class of most languages, and generated Python would give a
 * local variable the name of the property.
 */
export const ErrorEnvelope = Type.Object(
  { success: Type.Literal(false), error: ErrorBody },
  { $id: 'ErrorResponse', title: 'ErrorResponse', description: 'The request was refused, or it failed' }
)

const Message = Type.String({
  examples: ['Done']
})

/**
 * A successful answer that carries data.
 * @param name of the whole answer in openapi.yaml; by default, made from the title of the data
 */
export const Success = <Data extends TSchema>(
  data: Data,
  description: string,
  name = `${String(data.title)}Response`
) =>
  Type.Object(
    { success: Type.Literal(true), message: Type.Optional(Message), data },
    { description, title: name }
  )

/** A successful response without data. */
export const Done = (description: string) =>
  Type.Object({ success: Type.Literal(true), message: Message }, { description, title: 'MessageResponse' })

/** The bytes of a file, for readers of the description. */
export const bytes = Type.String({ format: 'binary' })
/** A successful answer that is a file, not JSON. It may have any type; generators understand the first one. */
export const Binary = (description: string) => ({
  description,
  content: { 'application/octet-stream': { schema: bytes }, '*/*': { schema: bytes } }
})

/** Errors for a request that is invalid or unsupported as HTTP, whatever its route. */
export const OF_HTTP: ErrorCode[] = [
  'METHOD_NOT_ALLOWED',
  'REQUEST_TIMEOUT',
  'URI_TOO_LONG',
  'EXPECTATION_FAILED',
  'HEADERS_TOO_LARGE',
  'NOT_IMPLEMENTED',
  'HTTP_VERSION_UNSUPPORTED'
]

/** The same answer with a description of its headers. Headers that every answer has are left out. */
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

/** Codes that many operations share. */
export const ERROR_GROUPS = {
  /** Any request can get these; VALIDATION_ERROR, for an unknown query parameter. */
  always: [
    'MALFORMED_REQUEST',
    'CLIENT_GONE',
    'VALIDATION_ERROR',
    'INTERNAL_ERROR',
    'OVERLOADED',
    'SHUTTING_DOWN'
  ],
  database: ['DATABASE_UNAVAILABLE'],
  session: [
    'NOT_AUTHENTICATED',
    'INVALID_TOKEN',
    'TOKEN_EXPIRED',
    'TOKEN_REVOKED',
    'TOO_MANY_REQUESTS',
    'AUTH_BUSY'
  ],
  tenant: [
    'TENANT_NOT_FOUND',
    'TENANT_INACTIVE',
    'INSUFFICIENT_ROLE',
    'INSUFFICIENT_SCOPE',
    'TENANT_NOT_READY',
    'TENANT_NEWER',
    'TENANT_BUSY',
    'TENANT_MOVING'
  ],
  body: BODY_ERRORS
} as const satisfies Record<string, readonly ErrorCode[]>

/** The key under which a response lists its codes; src/http/openapi makes one response for each status from them. */
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

const errorResponse = (codes: ErrorCode[]) => ({
  description: describeCodes(codes),
  content: { 'application/json': { schema: Type.Ref('ErrorResponse'), [CODES]: codes } }
})
type ErrorResponse = ReturnType<typeof errorResponse>

/** Markdown of codes and what they mean. */
export const describeCodes = (codes: ErrorCode[]) =>
  codes.map((code) => `\`${code}\`: ${ERRORS[code][1]}`).join('\n\n')

const { always, database, session, tenant } = ERROR_GROUPS

/** Errors of a route that needs nothing, not even the database. */
export const bareErrors = (...codes: ErrorCode[]) => errorResponses([...always, ...codes])
/** Errors of a route that anyone may call. */
export const publicErrors = (...codes: ErrorCode[]) => bareErrors(...database, ...codes)
/** Errors of a public route where someone might guess a password or a token, so its calls are limited. */
export const guessingErrors = (...codes: ErrorCode[]) => publicErrors('TOO_MANY_REQUESTS', ...codes)
/** Errors of a route that needs a session. */
export const sessionErrors = (...codes: ErrorCode[]) => publicErrors(...session, ...codes)
/** Errors of a route that needs the session of a person. */
export const personErrors = (...codes: ErrorCode[]) => sessionErrors('PERSONS_ONLY', ...codes)
/** Errors of a route inside a tenant. */
export const tenantErrors = (...codes: ErrorCode[]) => sessionErrors(...tenant, ...codes)
