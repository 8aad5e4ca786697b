import { ERRORS, type ErrorCode } from '../../../core/errors.js'
import { OF_HTTP } from '../../schemas/envelope.js'
import type { Example, Operation } from './operation.js'

const REQUEST_ID = '5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11'

/** Headers that many responses share. */
export const HEADERS = {
  'x-request-id': {
    description: 'The id of the request: the one that came with it, when it was a sane one',
    schema: { type: 'string' },
    example: REQUEST_ID
  },
  'retry-after': {
    description: 'Seconds after which another attempt makes sense',
    schema: { type: 'integer', minimum: 1 },
    example: 1
  }
}

/** Errors that every operation may return. */
export const REFUSED = 'Refused'
export const RESPONSES = {
  [REFUSED]: {
    description: [
      'Refused for what it is as HTTP.',
      ...OF_HTTP.map((code) => `\`${code}\` (${ERRORS[code][0]}): ${ERRORS[code][1]}`)
    ].join('\n\n'),
    headers: { 'x-request-id': { $ref: '#/components/headers/x-request-id' } },
    content: {
      'application/json': {
        schema: { $ref: '#/components/schemas/Error' },
        examples: Object.fromEntries(OF_HTTP.map((code) => [code, { $ref: `#/components/examples/${code}` }]))
      }
    }
  }
}

export const RESPONSES_PATH = '#/components/responses/'
export const HEADERS_PATH = '#/components/headers/'
export const EXAMPLES_PATH = '#/components/examples/'

/** An example of each error that the operations refer to. */
export function errorExamples(paths: Record<string, Record<string, Operation>>): Record<string, Example> {
  const operations = Object.values(paths).flatMap((methods) => Object.values(methods))
  const used = new Set(
    operations
      .flatMap(({ responses }) => Object.values(responses))
      .flatMap((response) => Object.values(('content' in response && response.content) || {}))
      .flatMap(({ examples = {} }) => Object.keys(examples))
  )
  for (const code of OF_HTTP) used.add(code)
  const codes = Object.keys(ERRORS).filter((code) => used.has(code)) as ErrorCode[]
  return Object.fromEntries(codes.map((code) => [code, errorExample(code)]))
}

function errorExample(code: ErrorCode): Example {
  const [, message] = ERRORS[code]
  const details = code === 'VALIDATION_ERROR' && { details: [{ field: '/name', message: 'is required' }] }
  return {
    summary: message,
    value: { success: false, error: { code, message, ...details, request_id: REQUEST_ID } }
  }
}
