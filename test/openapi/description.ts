import type { Schema } from '../../src/http/openapi/schemas.js'

/** What the tests read of an OpenAPI document. */
export interface Description {
  info: { version: string }
  paths: Record<string, Record<string, Operation>>
  components: {
    schemas: Record<string, Schema>
    examples: Record<string, { value: unknown }>
    headers: Record<string, object>
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
  required: boolean
}

export interface Media {
  schema: Schema
  example?: unknown
  examples?: Record<string, { $ref: string }>
}

export interface Response {
  description: string
  headers?: Record<string, { $ref: string }>
  content?: Record<string, Media>
}

export interface Operation {
  operationId: string
  parameters?: Parameter[]
  requestBody?: { required: boolean; content: Record<string, Media> }
  responses: Record<string, Response>
  security?: Record<string, string[]>[]
}

export interface NamedOperation {
  /** Such as "GET /api/tenants". */
  name: string
  method: string
  path: string
  operation: Operation
}

export function operationsOf({ paths }: Description): NamedOperation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path,
      // What every operation refers to is looked at once.
      operation: { ...operation, responses: withoutDefault(operation.responses) }
    }))
  )
}

function withoutDefault({
  default: _refused,
  ...responses
}: Record<string, Response>): Record<string, Response> {
  return responses
}
