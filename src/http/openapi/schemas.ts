import { isDeepStrictEqual } from 'node:util'

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
  additionalProperties?: boolean | Schema
}

export function mapValues<Value, Other>(
  record: Record<string, Value>,
  change: (value: Value) => Other
): Record<string, Other> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]))
}

export const SCHEMAS_PATH = '#/components/schemas/'

/** A copy of the schema with every contained schema replaced. */
function mapParts(schema: Schema, change: (part: Schema) => Schema): Schema {
  const { properties, items, anyOf, additionalProperties } = schema
  return {
    ...schema,
    ...(properties && { properties: mapValues(properties, change) }),
    ...(items && { items: change(items) }),
    ...(anyOf && { anyOf: anyOf.map(change) }),
    ...(typeof additionalProperties === 'object' && { additionalProperties: change(additionalProperties) })
  }
}

/** Replaces keywords of later versions by those of 3.0.3, and `anyOf` of constants by one enumeration. */
export function simplify(schema: Schema): Schema {
  const { examples, const: only, anyOf, ...rest } = mapParts(schema, simplify)
  const one = {
    ...rest,
    ...(examples?.[0] !== undefined && { example: examples[0] }),
    ...(only !== undefined && { enum: [only] })
  }
  if (anyOf?.every((part) => part.enum !== undefined) !== true) return anyOf ? { ...one, anyOf } : one
  const words = anyOf.flatMap((part) => part.enum ?? [])
  return { ...one, type: 'string', enum: words, ...(words.includes(null) && { nullable: true }) }
}

/**
 * A copy of the schema in which every part with a title is replaced by a reference to a component of that name.
 * @param components receives what is replaced
 * @param own the name under which the schema itself is a component
 * @throws if two different schemas have the same title
 */
export function hoistTitled(schema: Schema, components: Record<string, Schema>, own?: string): Schema {
  const settled = mapParts(schema, (part) => hoistTitled(part, components))
  const { title } = settled
  if (title === undefined || title === own) return settled
  const known = components[title]
  if (known !== undefined && !isDeepStrictEqual(known, settled))
    throw new Error(`Two different schemas have the title ${title}`)
  components[title] = settled
  return { $ref: SCHEMAS_PATH + title }
}

/** An example that fits a schema, built from the examples of its parts; undefined if a required one has none. */
export function exampleOf(schema: Schema, components: Record<string, Schema>): unknown {
  if (schema.$ref !== undefined) {
    const target = components[schema.$ref.slice(SCHEMAS_PATH.length)]
    return target && exampleOf(target, components)
  }
  if (schema.example !== undefined) return schema.example
  if (schema.default !== undefined) return schema.default
  if (schema.enum !== undefined) return schema.enum[0]
  if (schema.items !== undefined) return [exampleOf(schema.items, components)]
  if (schema.anyOf?.[0] !== undefined) return exampleOf(schema.anyOf[0], components)
  if (schema.properties === undefined) return undefined
  const parts = Object.entries(mapValues(schema.properties, (part) => exampleOf(part, components)))
  const present = parts.filter(([, example]) => example !== undefined)
  const isWhole = schema.required?.every((name) => present.some(([known]) => known === name)) ?? true
  return isWhole ? Object.fromEntries(present) : undefined
}
