import { Ajv, type ValidateFunction } from 'ajv'
import { TEXT_FORMATS } from '../../core/validation/text-formats.js'
import type { Schema } from '../../src/http/openapi/schemas.js'
import type { Description } from './description.js'

/** Checks values against the schemas of an OpenAPI 3.0 document. */
export function createSchemaChecks(description: Description) {
  const ajv = new Ajv({ strict: false, allErrors: true })
  for (const [name, { passes }] of Object.entries(TEXT_FORMATS)) ajv.addFormat(name, passes)
  ajv.addSchema(description, 'openapi')
  const compiled = new Map<Schema, ValidateFunction>()

  /** What a reference leads to; anything else is itself. */
  function resolve<Target>(value: object): Target {
    const { $ref } = value as { $ref?: string }
    if ($ref === undefined) return value as Target
    const parts = $ref.slice(2).split('/')
    const descend = (node: unknown, part: string) => (node as Record<string, unknown>)[part]
    return parts.reduce<unknown>(descend, description) as Target
  }

  function validatorOf(schema: Schema): ValidateFunction {
    const known = compiled.get(schema)
    if (known) return known
    const text = JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"openapi#/')
    const validate = ajv.compile(JSON.parse(text) as Schema)
    compiled.set(schema, validate)
    return validate
  }

  /** What is wrong with a value; nothing when it fits. */
  function problems(schema: Schema, value: unknown): string[] {
    if (value === undefined) return ['there is none']
    const validate = validatorOf(schema)
    return validate(value)
      ? []
      : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`)
  }

  /** The paths of the fields of which no example can be shown. */
  function withoutExample(schema: Schema, path = ''): string[] {
    const { properties, items, anyOf, example, enum: words, format } = resolve<Schema>(schema)
    if (example !== undefined || words !== undefined || format === 'binary') return []
    if (properties)
      return Object.entries(properties).flatMap(([name, part]) => withoutExample(part, `${path}/${name}`))
    if (items) return withoutExample(items, `${path}/0`)
    if (anyOf) return anyOf.flatMap((part) => withoutExample(part, path))
    return [path]
  }

  /** Of bytes no example can be shown. */
  const holdsBytes = ({ format, properties = {} }: Schema): boolean =>
    format === 'binary' || Object.values(properties).some(holdsBytes)

  return { resolve, problems, withoutExample, holdsBytes }
}

export type SchemaChecks = ReturnType<typeof createSchemaChecks>
