/** The name of the violated constraint or unique index, from an error of PostgreSQL or one that wraps it. */
export function violatedConstraint(error: unknown): string | undefined {
  for (let thrown = error; thrown instanceof Error; thrown = thrown.cause)
    if ('constraint_name' in thrown) return String(thrown.constraint_name)
  return undefined
}
