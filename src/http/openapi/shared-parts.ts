import type { Described, Operation, Parameter, Reference } from './operation.js'
import { HEADERS_PATH, PARAMETERS_PATH } from './reference-paths.js'
import { mapValues } from './schemas.js'

/** Parts of an OpenAPI document that are alike in several places, and the names under which they are components. */
export interface SharedParts {
  parameters: Record<string, Parameter>
  headers: Record<string, Described>
}

/** The parameters and headers that these operations have in common. */
export function sharedParts(operations: Operation[]): SharedParts {
  const parameters = operations.flatMap((operation) => operation.parameters ?? [])
  const headers = operations
    .flatMap(({ responses }) => Object.values(responses))
    .flatMap((response) => ('headers' in response ? Object.entries(response.headers ?? {}) : []))
    .flatMap(([name, header]) => ('$ref' in header ? [] : [{ name, part: header }]))
  return {
    parameters: repeated(
      parameters.flatMap((part) => ('$ref' in part ? [] : [{ name: part.name, part }])),
      'parameter'
    ),
    headers: repeated(headers, 'header')
  }
}

/** An operation that refers to the shared parts instead of repeating them. */
export function withSharedParts(operation: Operation, shared: SharedParts): Operation {
  const parameters = referencesTo(shared.parameters, PARAMETERS_PATH)
  const headers = referencesTo(shared.headers, HEADERS_PATH)
  return {
    ...operation,
    ...(operation.parameters && { parameters: operation.parameters.map(parameters) }),
    responses: mapValues(operation.responses, (response) =>
      'headers' in response ? { ...response, headers: mapValues(response.headers ?? {}, headers) } : response
    )
  }
}

/**
 * The parts that occur more than once, by their names as types.
 * @throws when two different ones would have the same name
 */
function repeated<Part>(all: { name: string; part: Part }[], kind: string): Record<string, Part> {
  const counts = new Map<string, number>()
  const shared: Record<string, Part> = {}
  for (const { name, part } of all) {
    const key = JSON.stringify(part)
    counts.set(key, (counts.get(key) ?? 0) + 1)
    if (counts.get(key) !== 2) continue
    if (shared[typeName(name)] !== undefined) throw new Error(`Two different ${kind}s ${name} are repeated`)
    shared[typeName(name)] = part
  }
  return Object.fromEntries(Object.entries(shared).sort(([one], [other]) => (one < other ? -1 : 1)))
}

/** `tenant_id` is `TenantId`. */
const typeName = (name: string) =>
  name.replace(/(?:^|[-_])(\w)/g, (_match, first: string) => first.toUpperCase())

function referencesTo<Part extends object>(shared: Record<string, Part>, path: string) {
  const names = new Map(Object.entries(shared).map(([name, part]) => [JSON.stringify(part), name]))
  return (part: Part | Reference): Part | Reference => {
    const name = names.get(JSON.stringify(part))
    return name === undefined ? part : { $ref: path + name }
  }
}
