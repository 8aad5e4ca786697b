/**
 * Makes one compiled function per schema, however many routes use it: nearly all error answers are the same.
 * @param key whatever else the compiled function depends on
 */
export function compiledOnce<Route extends { schema?: unknown }, Compiled>(
  compile: (route: Route) => Compiled,
  key: (route: Route) => string = () => ''
): (route: Route) => Compiled {
  const compiled = new Map<string, Compiled>()
  return (route) => {
    const name = key(route) + JSON.stringify(route.schema, withoutDescription)
    const known = compiled.get(name)
    if (known !== undefined) return known
    const made = compile(route)
    compiled.set(name, made)
    return made
  }
}

/** Validators and serializers ignore descriptions. A property of that name has an object as its value, which counts. */
const withoutDescription = (name: string, value: unknown) =>
  name === 'description' && typeof value === 'string' ? undefined : value
