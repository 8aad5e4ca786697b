/**
 * Gathers the parameters `name[key]` of a query in an object at `name`, in place (OpenAPI's `style: deepObject`). The
 * object has no prototype, since a key may be `__proto__`. A query that was gathered before stays as it is.
 */
export function gatherDeepObjects(query: Record<string, unknown>, names: readonly string[]): void {
  for (const name of names) {
    const parts = Object.keys(query).filter((key) => key.startsWith(`${name}[`) && key.endsWith(']'))
    // A plain parameter of this name stays, to be refused.
    if (parts.length === 0 || query[name] !== undefined) continue
    const object = Object.create(null) as Record<string, unknown>
    for (const part of parts) {
      object[part.slice(name.length + 1, -1)] = query[part]
      Reflect.deleteProperty(query, part)
    }
    query[name] = object
  }
}
