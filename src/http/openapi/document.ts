import { errorExamples, HEADERS, REFUSED, RESPONSES, RESPONSES_PATH } from './components.js'
import type { Example, Operation } from './operation.js'
import { completeOperation } from './operations.js'
import { hoistTitled, mapValues, simplify, type Schema } from './schemas.js'

/** The parts of an OpenAPI 3.0.3 document that are read and written here. https://spec.openapis.org/oas/v3.0.3 */
export interface OpenApiDocument {
  components: {
    schemas: Record<string, Schema>
    headers?: Record<string, object>
    examples?: Record<string, Example>
    [other: string]: unknown
  }
  paths: Record<string, Record<string, Operation>>
  [other: string]: unknown
}

/**
 * Turns what @fastify/swagger collects from the routes into what readers and client generators need: schemas with a
 * title become components, unions of words become enumerations, every body has an example, and every error one for each
 * of its codes.
 * @throws if two different schemas have the same title
 */
export function completeDocument(document: OpenApiDocument): OpenApiDocument {
  const schemas: Record<string, Schema> = {}
  const settle = (schema: Schema) => hoistTitled(simplify(schema), schemas)
  for (const [name, schema] of Object.entries(document.components.schemas))
    schemas[name] = hoistTitled(simplify(schema), schemas, name)
  const described = mapValues(document.paths, (methods) =>
    mapValues(methods, (operation) => completeOperation(operation, { settle, schemas }))
  )
  const paths = mapValues(described, (methods) => mapValues(methods, withRefused))
  const examples = errorExamples(described)
  const components = { ...document.components, schemas, headers: HEADERS, responses: RESPONSES, examples }
  return { ...document, components, paths }
}

/** Every operation refers to the errors that any of them may return. */
function withRefused(operation: Operation) {
  return { ...operation, responses: { ...operation.responses, default: { $ref: RESPONSES_PATH + REFUSED } } }
}
