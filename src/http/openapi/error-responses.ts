import { ERRORS, passesByItself, type ErrorCode } from '../../../core/errors.js'
import { CODES, ERROR_GROUPS, describeCodes, OF_HTTP } from '../../schemas/envelope.js'
import { ERROR_CODES, type Described, type Operation, type Reference, type Response } from './operation.js'
import { HEADERS_PATH, RESPONSES_PATH, SCHEMAS_PATH } from './reference-paths.js'
import { mapValues } from './schemas.js'

/** The name of the response for each status, which is also a type in generated clients. */
const NAMES: Record<string, string> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  406: 'NotAcceptable',
  409: 'Conflict',
  410: 'Gone',
  412: 'PreconditionFailed',
  413: 'ContentTooLarge',
  415: 'UnsupportedMediaType',
  416: 'RangeNotSatisfiable',
  422: 'Unprocessable',
  423: 'Locked',
  429: 'TooManyRequests',
  460: 'ChunkMismatch',
  500: 'InternalError',
  503: 'Unavailable'
}

/** The name of the response that every operation can have; it lists the codes of `OF_HTTP`. */
const REFUSED = 'Refused'

/** The headers that errors come with: their names in the components, what they are, and which codes have them. */
const HEADERS: {
  name: string
  component: string
  described: Described
  comesWith: (code: ErrorCode) => boolean
}[] = [
  {
    name: 'retry-after',
    component: 'RetryAfter',
    described: {
      description: 'Try again after this many seconds',
      schema: { type: 'integer', minimum: 1 },
      example: 1
    },
    comesWith: passesByItself
  },
  {
    name: 'www-authenticate',
    component: 'WwwAuthenticate',
    described: {
      description: 'What is wrong with the token or key, or which scope it lacks (RFC 6750)',
      schema: { type: 'string' },
      example: 'Bearer realm="strongroom", error="invalid_token"'
    },
    comesWith: (code) => ERRORS[code][0] === 401 || code === 'INSUFFICIENT_SCOPE'
  },
  {
    name: 'content-range',
    component: 'UnsatisfiedRange',
    described: {
      description: 'The size of the content, in bytes',
      schema: { type: 'string' },
      example: 'bytes */1048576'
    },
    comesWith: (code) => code === 'RANGE_NOT_SATISFIABLE'
  },
  {
    name: 'allow',
    component: 'Allow',
    described: {
      description: 'With 405: the methods that the path supports',
      schema: { type: 'string' },
      example: 'GET, HEAD, OPTIONS'
    },
    comesWith: (code) => code === 'METHOD_NOT_ALLOWED'
  }
]

/** The components that {@link sharedErrors} refers to. */
export const ERROR_HEADERS = Object.fromEntries(
  HEADERS.map(({ component, described }) => [component, described])
)

/** An operation that refers to one response for each status, and lists its codes. */
export function withSharedErrors(operation: Operation): Operation {
  const responses: Record<string, Response | Reference> = {}
  for (const [status, response] of Object.entries(operation.responses))
    responses[status] = codesOf(response).length > 0 ? reference(nameOf(status)) : response
  responses['default'] = reference(REFUSED)
  return { ...operation, responses, [ERROR_CODES]: grouped(codesOfAll(operation)) }
}

/** The names of the groups whose codes are all among these, and the codes that are in none of these groups. */
function grouped(codes: ErrorCode[]): string[] {
  const groups = Object.entries(ERROR_GROUPS).filter(([, group]) =>
    group.every((code) => codes.includes(code))
  )
  const inGroups = new Set<string>(groups.flatMap(([, group]) => group))
  return [...groups.map(([name]) => name), ...codes.filter((code) => !inGroups.has(code))]
}

/** The responses that operations refer to. @param operations as they are before {@link withSharedErrors} */
export function sharedErrors(operations: Operation[]): Record<string, Response> {
  const used = new Set(operations.flatMap(codesOfAll))
  const byName: Record<string, ErrorCode[]> = {}
  for (const code of Object.keys(ERRORS) as ErrorCode[])
    if (used.has(code)) (byName[nameOf(String(ERRORS[code][0]))] ??= []).push(code)
  const shared = mapValues(byName, (codes) => errorResponse(codes))
  const refused = errorResponse(OF_HTTP, (code) => `\`${code}\` (${ERRORS[code][0]}): ${ERRORS[code][1]}`)
  return { ...shared, [REFUSED]: refused }
}

function errorResponse(codes: ErrorCode[], describe?: (code: ErrorCode) => string): Response {
  const headers = HEADERS.filter(({ comesWith }) => codes.some(comesWith)).map(
    ({ name, component }): [string, Reference] => [name, { $ref: HEADERS_PATH + component }]
  )
  return {
    description: describe ? codes.map(describe).join('\n\n') : describeCodes(codes),
    ...(headers.length > 0 && { headers: Object.fromEntries(headers) }),
    content: {
      'application/json': {
        schema: { $ref: `${SCHEMAS_PATH}ErrorResponse` },
        examples: Object.fromEntries(codes.map((code) => [code, { value: errorExample(code) }]))
      }
    }
  }
}

const REQUEST_ID = 'request-1'

function errorExample(code: ErrorCode) {
  const [, message] = ERRORS[code]
  const details = code === 'VALIDATION_ERROR' && { details: [{ field: '/name', message: 'is required' }] }
  return { success: false, error: { code, message, ...details, request_id: REQUEST_ID } }
}

const reference = (name: string): Reference => ({ $ref: RESPONSES_PATH + name })

const codesOfAll = ({ responses }: Operation) => Object.values(responses).flatMap(codesOf)

const codesOf = (response: Response | Reference): ErrorCode[] =>
  'content' in response ? Object.values(response.content ?? {}).flatMap((media) => media[CODES] ?? []) : []

/** @throws when a status has no name yet */
function nameOf(status: string): string {
  const name = NAMES[status]
  if (name === undefined) throw new Error(`The response to status ${status} needs a name`)
  return name
}
