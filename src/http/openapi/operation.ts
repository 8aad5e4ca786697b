import type { ErrorCode } from '../../../core/errors.js'
import type { CODES } from '../../schemas/envelope.js'
import type { Schema } from './schemas.js'

export interface Example {
  summary?: string
  value?: unknown
  $ref?: string
}

export interface Media {
  schema: Schema
  example?: unknown
  examples?: Record<string, Example>
  [CODES]?: ErrorCode[]
}

export interface Described {
  schema: Schema
  description?: string
  example?: unknown
}

export interface Response {
  description: string
  headers?: Record<string, Described | { $ref: string }>
  content?: Record<string, Media>
}

export interface Reference {
  $ref: string
}

export interface Body {
  required?: boolean
  content: Record<string, Media>
}

export interface Operation {
  operationId?: string
  parameters?: (Described & { name: string; in: string; required?: boolean })[]
  requestBody?: Body
  security?: Record<string, string[]>[]
  responses: Record<string, Response | Reference>
}
