import { mapValues, type Schema } from '../../src/http/openapi/schemas.js'
import { resolveIn } from './resolve.js'

/** The parts of an OpenAPI document that the tests read. */
export interface Description {
  info: { version: string; description: string }
  'x-error-groups': Record<string, string[]>
  paths: Record<string, Record<string, Operation>>
  components: {
    schemas: Record<string, Schema>
    parameters: Record<string, Parameter>
    responses: Record<string, Response>
    headers: Record<string, Described>
  }
}

export interface Described {
  schema: Schema
  description?: string
  example?: unknown
}

export interface Parameter extends Described {
  name: string
  in: 'path' | 'query' | 'header'
  required?: boolean
}

export interface Media {
  schema: Schema
  example?: unknown
  examples?: Record<string, { value: unknown }>
}

export interface Response {
  description: string
  headers?: Record<string, Described>
  content?: Record<string, Media>
}

export interface Operation {
  operationId: string
  parameters?: Parameter[]
  requestBody?: { required: boolean; content: Record<string, Media> }
  responses: Record<string, Response>
  security?: Record<string, string[]>[]
  'x-scope'?: string
  /** Error codes, and names of groups of codes. */
  'x-error-codes': string[]
}

export interface NamedOperation {
  /** Such as "GET /api/tenants". */
  name: string
  method: string
  path: string
  operation: Operation
}

/** Every operation, with all references but those to schemas resolved. */
export function operationsOf(description: Description): NamedOperation[] {
  return Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path,
      operation: resolved(description, operation)
    }))
  )
}

function resolved(description: Description, operation: Operation): Operation {
  // Every operation has the same default response.
  const { default: _refused, ...responses } = operation.responses
  return {
    ...operation,
    ...(operation.parameters && {
      parameters: operation.parameters.map((one) => resolveIn<Parameter>(description, one))
    }),
    responses: mapValues(responses, (one) => {
      const { headers, ...response } = resolveIn<Response>(description, one)
      if (headers === undefined) return response
      return {
        ...response,
        headers: mapValues(headers, (header) => resolveIn<Described>(description, header))
      }
    })
  }
}

/** The codes that an operation lists, with groups expanded. */
export const errorCodesOf = (description: Description, operation: Operation): string[] =>
  operation['x-error-codes'].flatMap((name) => description['x-error-groups'][name] ?? [name])
