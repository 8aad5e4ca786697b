import { Ajv, type ValidateFunction } from 'ajv'
import { TEXT_FORMATS } from '../../core/validation/text-formats.js'
import { mapValues, type Schema } from '../../src/http/openapi/schemas.js'
import type { Description } from './description.js'
import { resolveIn } from './resolve.js'

/** Checks values against the schemas of an OpenAPI 3.0 document. */
export function createSchemaChecks(description: Description) {
  const ajv = new Ajv({ strict: false, allErrors: true })
  for (const [name, { passes }] of Object.entries(TEXT_FORMATS)) ajv.addFormat(name, passes)
  ajv.addSchema(readNullable(description), 'openapi')
  const compiled = new Map<Schema, ValidateFunction>()

  const resolve = <Target>(value: object) => resolveIn<Target>(description, value)

  function validatorOf(schema: Schema): ValidateFunction {
    const known = compiled.get(schema)
    if (known) return known
    const text = JSON.stringify(readNullable(schema)).replaceAll('"$ref":"#/', '"$ref":"openapi#/')
    const validate = ajv.compile(JSON.parse(text) as Schema)
    compiled.set(schema, validate)
    return validate
  }

  /** The problems with a value; empty if it is valid. */
  function problems(schema: Schema, value: unknown): string[] {
    if (value === undefined) return ['there is none']
    const validate = validatorOf(schema)
    return validate(value)
      ? []
      : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`)
  }

  /** The paths of the fields that have no example. */
  function withoutExample(schema: Schema, path = ''): string[] {
    const { properties, items, anyOf, allOf, example, enum: words, format } = resolve<Schema>(schema)
    if (example !== undefined || words !== undefined || format === 'binary') return []
    if (properties)
      return Object.entries(properties).flatMap(([name, part]) => withoutExample(part, `${path}/${name}`))
    if (items) return withoutExample(items, `${path}/0`)
    const parts = anyOf ?? allOf
    if (parts) return parts.flatMap((part) => withoutExample(part, path))
    return [path]
  }

  /** An example for a schema, composed of its parts' examples. */
  function exampleOf(schema: Schema): unknown {
    const { example, default: value, enum: words, items, properties, ...rest } = resolve<Schema>(schema)
    const shown = example ?? value ?? words?.[0]
    if (shown !== undefined) return shown
    const [part] = rest.anyOf ?? rest.allOf ?? []
    if (part) return exampleOf(part)
    return items ? [exampleOf(items)] : properties && mapValues(properties, exampleOf)
  }

  /** Whether a schema contains bytes, which can have no example. */
  function holdsBytes(schema: Schema): boolean {
    const { format, properties = {} } = resolve<Schema>(schema)
    return format === 'binary' || Object.values(properties).some(holdsBytes)
  }

  return { resolve, problems, withoutExample, exampleOf, holdsBytes }
}

/** Rewrites `nullable` for Ajv, which accepts it only beside a `type`: elsewhere it becomes an `anyOf` with null. */
function readNullable(node: unknown): object {
  return JSON.parse(JSON.stringify(node), (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || !('nullable' in value) || 'type' in value) return value
    const { nullable: _said, ...schema } = value
    return { anyOf: [schema, { type: 'null' }] }
  }) as object
}

export type SchemaChecks = ReturnType<typeof createSchemaChecks>
