/** The name of the constraint or unique index that an error of PostgreSQL, or of what wraps it, says was violated. */
export function violatedConstraint(error: unknown): string | undefined {
  for (let thrown = error; thrown instanceof Error; thrown = thrown.cause)
    if ('constraint_name' in thrown) return String(thrown.constraint_name)
  return undefined
}
