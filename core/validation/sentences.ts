import type { ErrorObject } from 'ajv'
import { sentenceOfPattern } from './patterns.js'
import { TEXT_FORMATS } from './text-formats.js'

interface Part {
  type?: string
  const?: unknown
  anyOf?: Part[]
}

const TYPES: Record<string, string> = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  object: 'a JSON object',
  array: 'an array',
  null: 'null'
}

/** The requirement of each JSON Schema keyword. A test ensures that every keyword in use has one, and no other. */
const SENTENCES: Record<
  string,
  (params: Record<string, unknown>, schema: Record<string, unknown>) => string
> = {
  required: () => 'is required',
  // The names of the fields must match one pattern, or be in the schema.
  additionalProperties: (_params, { patternProperties }) =>
    sentenceOfPattern(Object.keys(patternProperties ?? {})[0] ?? '') ?? 'is not a known field',
  maxProperties: ({ limit }) => `must have at most ${counted(limit, 'value')}`,
  type: ({ type }) => mustBeOfType(String(type)),
  minLength: ({ limit }) => `must have at least ${counted(limit, 'character')}`,
  maxLength: ({ limit }) => atMostCharacters(Number(limit)),
  minItems: ({ limit }) => `must have at least ${counted(limit, 'item')}`,
  maxItems: ({ limit }) => `must have at most ${counted(limit, 'item')}`,
  minimum: ({ limit }) => `must be at least ${String(limit)}`,
  maximum: ({ limit }) => `must be at most ${String(limit)}`,
  enum: ({ allowedValues }) => mustBeOneOf(allowedValues as unknown[]),
  const: ({ allowedValue }) => mustBeOneOf([allowedValue]),
  anyOf: (_params, { anyOf }) => mustBeAnyOf(anyOf as Part[]),
  pattern: ({ pattern }) => sentenceOfPattern(String(pattern)) ?? UNKNOWN,
  format: ({ format }) => TEXT_FORMATS[format as keyof typeof TEXT_FORMATS].sentence
}

/** For problems about which nothing more is known. */
const UNKNOWN = 'is not valid'

/** The requirement that a value violates, in words: never the pattern, nor any part of the value. */
export function sentenceOf({
  keyword,
  params,
  parentSchema = {}
}: Pick<ErrorObject, 'keyword' | 'params' | 'parentSchema'>): string {
  return SENTENCES[keyword]?.(params, parentSchema) ?? UNKNOWN
}

const mustBeOfType = (type: string) => `must be ${TYPES[type] ?? type}`
export const atMostCharacters = (limit: number) => `must have at most ${counted(limit, 'character')}`

function mustBeAnyOf(parts: Part[]): string {
  const all = parts.flatMap(partsOf)
  if (all.every((part) => 'const' in part)) return mustBeOneOf(all.map((part) => part.const))
  const types = all.map((part) =>
    'const' in part ? String(part.const) : (TYPES[part.type ?? ''] ?? 'a value')
  )
  return `must be ${types.join(' or ')}`
}

const partsOf = (part: Part): Part[] => part.anyOf?.flatMap(partsOf) ?? [part]

const mustBeOneOf = (values: unknown[]) =>
  values.length === 1 ? `must be ${String(values[0])}` : `must be one of: ${values.map(String).join(', ')}`

const counted = (count: unknown, what: string) =>
  `${Number(count).toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`
