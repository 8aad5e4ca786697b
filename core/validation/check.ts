import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import { MAX_DETAILS, type ErrorDetail } from '../errors.js'
import { gatherDeepObjects } from './deep-objects.js'
import { sentenceOf } from './sentences.js'
import { TEXT_FORMATS } from './text-formats.js'

/** Returns the problems of a value, at most one per field and `MAX_DETAILS` in all; empty if the value is valid. */
export type Check = (value: unknown) => ErrorDetail[]

/** The parts of a TypeBox JSON Schema that are read here. */
interface Schema {
  type?: string
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: unknown
}

/**
 * Ajv stops at the first problem, so the work is bounded whatever the client sends. It tests the length of a text
 * before its pattern. Validating the schemas themselves would take as long as compiling them, and Ajv refuses unknown
 * keywords anyway.
 */
const options = {
  allErrors: false,
  verbose: true,
  useDefaults: true,
  validateSchema: false
} as const
const strict = withFormats(new Ajv({ ...options, coerceTypes: false }))
const coercing = withFormats(new Ajv({ ...options, coerceTypes: 'array' }))

function withFormats(ajv: Ajv): Ajv {
  for (const [name, { passes }] of Object.entries(TEXT_FORMATS)) ajv.addFormat(name, passes)
  return ajv
}

/**
 * Checks JSON without converting it, and fills in defaults. A schema is compiled when its first value arrives: compiling
 * all of them would be most of the start-up time, and no process needs all of them.
 */
export const compileCheck = (schema: object): Check => checkWith(strict, schema)

/**
 * Checks a record of texts (query, path, headers) after converting each, in place, to the type that its schema names.
 * A client sends an array as a repeated parameter, and an object as parameters `name[key]`.
 */
export function compileTextCheck(schema: object): Check {
  const check = checkWith(coercing, schema)
  const { properties = {} } = schema as Schema
  const named = (type: string) => Object.keys(properties).filter((name) => properties[name]?.type === type)
  const [objects, integers] = [named('object'), named('integer')]
  return (value) => {
    if (isRecord(value)) {
      gatherDeepObjects(value, objects)
      for (const name of integers) if (typeof value[name] === 'string') value[name] = wholeNumber(value[name])
    }
    return check(value).map((problem) => saidTwice(problem, value, properties) ?? problem)
  }
}

/** The number that plain digits are; otherwise NaN, which Ajv refuses. It would itself read "1e1", "0x10" and " 1". */
const wholeNumber = (text: string): number => (/^-?\d+$/.test(text) ? Number(text) : NaN)

/** A repeated parameter is an array, which most schemas do not allow. */
function saidTwice(
  { field }: ErrorDetail,
  value: unknown,
  properties: Record<string, Schema>
): ErrorDetail | undefined {
  const [name = '', ...inside] = field.split('/').slice(1).map(unescaped)
  if (properties[name]?.type === 'array') return undefined
  const given = [name, ...inside].reduce((one, key) => (isRecord(one) ? one[key] : undefined), value)
  return Array.isArray(given) ? { field, message: 'may be given only once' } : undefined
}

function checkWith(ajv: Ajv, schema: object): Check {
  const { properties } = schema as Schema
  let whole: ValidateFunction | undefined
  let fields: Check | undefined
  return (value) => {
    whole ??= ajv.compile(schema)
    if (whole(value)) return []
    const first = firstOf(whole.errors)
    if (properties === undefined || !isRecord(value)) return [first]
    fields ??= checkOfFields(ajv, schema)
    const all = fields(value)
    return all.length > 0 ? all : [first]
  }
}

/** Checks each field of the schema by itself, so that every wrong field is named; unknown fields cost no check. */
function checkOfFields(ajv: Ajv, { properties = {}, required = [], additionalProperties }: Schema): Check {
  const checks = Object.entries(properties).map(([name, part]) =>
    ajv.compile({
      type: 'object',
      properties: { [name]: part },
      required: required.filter((one) => one === name)
    })
  )
  return (value) => {
    const known = checks.filter((check) => !check(value)).map((check) => firstOf(check.errors))
    if (additionalProperties !== false) return known.slice(0, MAX_DETAILS)
    const unknown = Object.keys(value as object)
      .filter((name) => !Object.hasOwn(properties, name))
      .slice(0, MAX_DETAILS)
    return [...known, ...unknown.map(notKnown)].slice(0, MAX_DETAILS)
  }
}

/**
 * For a union, Ajv reports the problems of each part, and then that of the union itself. Prefers the deepest problem,
 * which concerns the part that fits best. Among several for one value, prefers that of the part with the value's type.
 */
function firstOf(errors: ErrorObject[] | null | undefined): ErrorDetail {
  const problems = (errors ?? []).map((error) => ({ error, detail: toDetail(error) }))
  const depth = Math.max(...problems.map(({ detail }) => depthOf(detail)))
  const deepest = problems.filter(({ detail }) => depthOf(detail) === depth)
  const best = deepest.find(({ error }) => !SAYS_TOO_LITTLE.has(error.keyword)) ?? deepest.at(-1)
  return best?.detail ?? { field: '/', message: '' }
}

/** Keywords of problems that only say that the value does not match this part of a union, or none of its parts. */
const SAYS_TOO_LITTLE = new Set(['type', 'const', 'anyOf'])

const depthOf = ({ field }: ErrorDetail) => (field === '/' ? 0 : field.split('/').length)

function toDetail(error: ErrorObject): ErrorDetail {
  const { missingProperty, additionalProperty } = error.params as Record<string, unknown>
  const property = missingProperty ?? additionalProperty
  const inside = typeof property === 'string' ? pointer(property) : ''
  return { field: error.instancePath + inside || '/', message: sentenceOf(error) }
}

const notKnown = (name: string): ErrorDetail => ({ field: pointer(name), message: 'is not a known field' })
/** RFC 6901 §3. */
const pointer = (name: string) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
const unescaped = (part: string) => part.replaceAll('~1', '/').replaceAll('~0', '~')

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
