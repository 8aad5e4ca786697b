import { passesByItself } from '../../../core/errors.js'
import { CODES } from '../../schemas/envelope.js'
import { EXAMPLES_PATH, HEADERS_PATH } from './components.js'
import type { Body, Described, Media, Operation, Response } from './operation.js'
import { exampleOf, mapValues, type Schema } from './schemas.js'

/** What is needed to complete the parts of an operation. */
export interface Completion {
  /** Brings a schema into its final form. */
  settle: (schema: Schema) => Schema
  /** The components that settled schemas refer to. */
  schemas: Record<string, Schema>
}

/** Adds examples, and the headers that belong to a status. */
export function completeOperation(operation: Operation, completion: Completion): Operation {
  const { parameters, requestBody, responses } = operation
  return {
    ...operation,
    ...(parameters && { parameters: parameters.map((one) => completeDescribed(one, completion)) }),
    ...(requestBody && { requestBody: completeBody(requestBody, completion) }),
    responses: mapValues(responses, (response) =>
      '$ref' in response ? response : completeResponse(response, completion)
    )
  }
}

/** A parameter or a header: its example belongs beside its schema. */
function completeDescribed<One extends Described>(one: One, { settle }: Completion): One {
  const { example, ...schema } = settle(one.schema)
  const shown = one.example ?? example ?? schema.default ?? schema.enum?.[0]
  return { ...one, schema, ...(shown !== undefined && { example: shown }) }
}

/** In OpenAPI, a body that may be null is an optional body. */
function completeBody({ content }: Body, completion: Completion): Body {
  const settled = mapValues(content, (media) => completeMedia(media, completion))
  const isOptional = Object.values(settled).some(({ schema }) => schema.nullable === true)
  return { required: !isOptional, content: settled }
}

function completeResponse({ description, headers, content }: Response, completion: Completion): Response {
  const codes = Object.values(content ?? {}).flatMap((media) => media[CODES] ?? [])
  return {
    description,
    headers: {
      'x-request-id': { $ref: `${HEADERS_PATH}x-request-id` },
      ...(codes.some(passesByItself) && { 'retry-after': { $ref: `${HEADERS_PATH}retry-after` } }),
      ...mapValues(headers ?? {}, (header) =>
        'schema' in header ? completeDescribed(header, completion) : header
      )
    },
    ...(content && { content: mapValues(content, (media) => completeMedia(media, completion)) })
  }
}

function completeMedia({ [CODES]: codes, ...media }: Media, { settle, schemas }: Completion): Media {
  // The response already says the same.
  const { description: _said, ...own } = media.schema
  const schema = settle(own)
  if (codes) {
    const examples = Object.fromEntries(codes.map((code) => [code, { $ref: EXAMPLES_PATH + code }]))
    return { ...media, schema, examples }
  }
  const example = media.example ?? exampleOf(schema, schemas)
  return { ...media, schema, ...(example !== undefined && { example }) }
}
