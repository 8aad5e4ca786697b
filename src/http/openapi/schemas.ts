import { isDeepStrictEqual } from 'node:util'
import { SCHEMAS_PATH } from './reference-paths.js'

/** The parts of an OpenAPI 3.0.3 schema object that are read here. */
export interface Schema {
  $ref?: string
  type?: string
  format?: string
  title?: string
  description?: string
  enum?: unknown[]
  const?: unknown
  nullable?: boolean
  deprecated?: boolean
  example?: unknown
  examples?: unknown[]
  default?: unknown
  properties?: Record<string, Schema>
  required?: string[]
  pattern?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  items?: Schema
  anyOf?: Schema[]
  allOf?: Schema[]
  additionalProperties?: boolean | Schema
}

export function mapValues<Value, Other>(
  record: Record<string, Value>,
  change: (value: Value) => Other
): Record<string, Other> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]))
}

/** The same schema with every schema inside of it replaced. */
function mapParts(schema: Schema, change: (part: Schema) => Schema): Schema {
  const { properties, items, anyOf, allOf, additionalProperties } = schema
  return {
    ...schema,
    ...(properties && { properties: mapValues(properties, change) }),
    ...(items && { items: change(items) }),
    ...(anyOf && { anyOf: anyOf.map(change) }),
    ...(allOf && { allOf: allOf.map(change) }),
    ...(typeof additionalProperties === 'object' && { additionalProperties: change(additionalProperties) })
  }
}

/**
 * The same schema in terms of OpenAPI 3.0.3, written so that generators make one type of it: `anyOf` of single words
 * becomes one enumeration, and a schema that may be null becomes `nullable`.
 */
export function simplify(schema: Schema): Schema {
  const { examples, const: only, anyOf, ...rest } = mapParts(schema, simplify)
  const one = {
    ...rest,
    ...(examples?.[0] !== undefined && { example: examples[0] }),
    ...(only !== undefined && { enum: [only] })
  }
  if (anyOf === undefined) return one.type === 'boolean' ? withoutWord(one) : one
  const parts = anyOf.filter((part) => !isNull(part))
  const whole = { ...one, ...(parts.length < anyOf.length && { nullable: true }) }
  const [first, ...others] = parts
  if (parts.every(isWord)) return { ...whole, type: 'string', enum: parts.flatMap((part) => part.enum ?? []) }
  if (first === undefined || others.length > 0) return { ...whole, anyOf: parts }
  // A component cannot be nullable in one place and not in another, so the place that refers to it is.
  if (first.title === undefined) return { ...first, ...whole }
  const { example: _ofFirst, ...place } = whole
  return { ...place, allOf: [first] }
}

/** Few languages have a type for only `true` or only `false`. */
function withoutWord({ enum: words, ...schema }: Schema): Schema {
  return words ? { ...schema, example: words[0] } : schema
}

const isNull = ({ enum: words }: Schema) => words?.length === 1 && words[0] === null
const isWord = ({ enum: words, title }: Schema) => words !== undefined && title === undefined

/**
 * A copy of the schema in which every part with a title is replaced by a reference to a component of that name.
 * @param components receives what is replaced
 * @param own the name under which the schema itself is a component
 * @throws if two different schemas have the same title
 */
export function hoistTitled(schema: Schema, components: Record<string, Schema>, own?: string): Schema {
  const settled = mapParts(schema, (part) => hoistTitled(part, components))
  const { title, ...component } = settled
  if (title === undefined) return settled
  if (title === own) return component
  const known = components[title]
  if (known !== undefined && !isDeepStrictEqual(known, component))
    throw new Error(`Two different schemas have the title ${title}`)
  components[title] = component
  return { $ref: SCHEMAS_PATH + title }
}
