import type { Body, Described, Media, Operation, Parameter, Response } from './operation.js'
import { mapValues, type Schema } from './schemas.js'

/** Brings a schema into its final form. */
type Settle = (schema: Schema) => Schema

/** Settles every schema of an operation. */
export function completeOperation(operation: Operation, settle: Settle): Operation {
  const { parameters, requestBody, responses } = operation
  return {
    ...operation,
    ...(parameters && {
      parameters: parameters.map((one) => ('$ref' in one ? one : completeParameter(one, settle)))
    }),
    ...(requestBody && { requestBody: completeBody(requestBody, settle) }),
    responses: mapValues(responses, (response) =>
      '$ref' in response ? response : completeResponse(response, settle)
    )
  }
}

function completeParameter({ required, ...parameter }: Parameter, settle: Settle): Parameter {
  return {
    ...completeDescribed(parameter, settle),
    // As `compileTextCheck` reads it.
    ...(parameter.schema.type === 'object' && { style: 'deepObject', explode: true }),
    ...(required === true && { required })
  }
}

/** A parameter or a header: its example and whether it is deprecated stand beside its schema. */
function completeDescribed<One extends Described>(one: One, settle: Settle): One {
  const { example, deprecated, ...schema } = settle(one.schema)
  const shown = one.example ?? example
  return {
    ...one,
    schema,
    ...(deprecated === true && { deprecated }),
    ...(shown !== undefined && { example: shown })
  }
}

/** OpenAPI describes a body that may be null as one that is not required. */
function completeBody({ content }: Body, settle: Settle): Body {
  const isOptional = Object.values(content).some(({ schema }) => schema.nullable === true)
  const wanted = mapValues(content, ({ schema: { nullable: _optional, ...schema }, ...media }) => ({
    ...media,
    schema
  }))
  return { required: !isOptional, content: mapValues(wanted, (media) => completeMedia(media, settle)) }
}

function completeResponse({ description, headers, content }: Response, settle: Settle): Response {
  return {
    description,
    ...(headers && {
      headers: mapValues(headers, (header) => ('$ref' in header ? header : completeDescribed(header, settle)))
    }),
    ...(content && { content: mapValues(content, (media) => completeMedia(media, settle)) })
  }
}

function completeMedia(media: Media, settle: Settle): Media {
  // The response says the same already.
  const { description: _said, ...own } = media.schema
  return { ...media, schema: settle(own) }
}
