import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** A JSON Schema; every key of it and of the schemas inside is read. */
export type Schema = Record<string, unknown>

const HOLDERS_OF_ONE = [
  'items',
  'additionalProperties',
  'not',
  'if',
  'then',
  'else',
  'contains',
  'propertyNames'
]
const HOLDERS_OF_MANY = ['anyOf', 'allOf', 'oneOf']
const HOLDERS_BY_NAME = ['properties', 'patternProperties', 'definitions', '$defs']

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A schema and every schema inside it. */
export function partsOf(schema: unknown): Schema[] {
  if (!isSchema(schema)) return []
  const inside = [
    ...HOLDERS_OF_ONE.map((name) => schema[name]),
    ...HOLDERS_OF_MANY.flatMap((name) => (schema[name] ?? []) as unknown[]),
    ...HOLDERS_BY_NAME.flatMap((name) => Object.values((schema[name] ?? {}) as Schema)),
    // The bodies of an upload, by media type.
    ...Object.values((schema['content'] as Record<string, Schema> | undefined) ?? {}).map(
      (media) => media['schema']
    )
  ]
  return [schema, ...inside.flatMap(partsOf)]
}

/** Every pattern in a schema, for texts and for names of properties. */
export const patternsOf = (part: Schema): string[] => [
  ...(typeof part['pattern'] === 'string' ? [part['pattern']] : []),
  ...Object.keys((part['patternProperties'] as object | undefined) ?? {})
]

/** Every schema that the files of a folder export. */
export async function exportedSchemas(folder: string): Promise<Schema[]> {
  const files = readdirSync(folder).filter((name) => /\.(ts|js)$/.test(name))
  const modules = await Promise.all(
    files.map((name) => import(pathToFileURL(join(folder, name)).href) as Promise<object>)
  )
  return modules
    .flatMap((module) => Object.values(module) as unknown[])
    .filter(isSchema)
    .filter((value) => typeof value['type'] === 'string' || 'anyOf' in value)
}
