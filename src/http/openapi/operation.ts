import type { ErrorCode } from '../../../core/errors.js'
import type { CODES } from '../../schemas/envelope.js'
import type { Schema } from './schemas.js'

/** Where an operation lists the codes that it can fail with, and the names of groups of them. */
export const ERROR_CODES = 'x-error-codes'
/** Where the document lists the codes of each group. */
export const GROUPS = 'x-error-groups'

export interface Reference {
  $ref: string
}

export interface Media {
  schema: Schema
  example?: unknown
  examples?: Record<string, { value: unknown }>
  [CODES]?: ErrorCode[]
}

export interface Described {
  schema: Schema
  description?: string
  example?: unknown
}

export interface Parameter extends Described {
  name: string
  in: string
  required?: boolean
}

export interface Response {
  description: string
  headers?: Record<string, Described | Reference>
  content?: Record<string, Media>
}

export interface Body {
  required?: boolean
  content: Record<string, Media>
}

export interface Operation {
  operationId?: string
  parameters?: (Parameter | Reference)[]
  requestBody?: Body
  security?: Record<string, string[]>[]
  responses: Record<string, Response | Reference>
  [ERROR_CODES]?: string[]
}
