import { ERROR_GROUPS } from '../../schemas/envelope.js'
import { ERROR_HEADERS, sharedErrors, withSharedErrors } from './error-responses.js'
import { GROUPS, type Operation, type Parameter } from './operation.js'
import { completeOperation } from './operations.js'
import { hoistTitled, mapValues, simplify, type Schema } from './schemas.js'
import { sharedParts, withSharedParts } from './shared-parts.js'

/** The parts of an OpenAPI 3.0.3 document that are read and written here. https://spec.openapis.org/oas/v3.0.3 */
export interface OpenApiDocument {
  components: {
    schemas: Record<string, Schema>
    parameters?: Record<string, Parameter>
    headers?: Record<string, object>
    [other: string]: unknown
  }
  paths: Paths
  [other: string]: unknown
}
type Paths = Record<string, Record<string, Operation>>

/**
 * Turns the document that @fastify/swagger has made of the routes into one for readers and client generators: schemas
 * with a title become components, and so do errors (one response for each status), repeated parameters and headers;
 * unions of words become enumerations, and every error gets an example of each of its codes.
 * @throws when two different schemas have the same title
 */
export function completeDocument(document: OpenApiDocument): OpenApiDocument {
  const schemas: Record<string, Schema> = {}
  const settle = (schema: Schema) => hoistTitled(simplify(schema), schemas)
  for (const [name, schema] of Object.entries(document.components.schemas))
    schemas[name] = hoistTitled(simplify(schema), schemas, name)
  const described = operationsOf(document.paths)
  const completed = mapOperations(document.paths, (operation) =>
    completeOperation(withSharedErrors(operation), settle)
  )
  const shared = sharedParts(operationsOf(completed))
  const components = {
    ...document.components,
    schemas: sorted(schemas),
    parameters: shared.parameters,
    headers: { ...shared.headers, ...ERROR_HEADERS },
    responses: sharedErrors(described)
  }
  const paths = mapOperations(completed, (operation) => withSharedParts(operation, shared))
  return { ...document, [GROUPS]: ERROR_GROUPS, components, paths }
}

const operationsOf = (paths: Paths) => Object.values(paths).flatMap((methods) => Object.values(methods))

const mapOperations = (paths: Paths, change: (operation: Operation) => Operation): Paths =>
  mapValues(paths, (methods) => mapValues(methods, change))

/** By name, so that a new route moves no schema. */
const sorted = (schemas: Record<string, Schema>) =>
  Object.fromEntries(Object.entries(schemas).sort(([one], [other]) => (one < other ? -1 : 1)))
