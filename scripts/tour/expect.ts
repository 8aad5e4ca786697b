/** The server's answer differs from the story. The message says how, and what was expected. */
export class UnexpectedError extends Error {
  override readonly name = 'UnexpectedError'
}

/** @throws {UnexpectedError} unless the condition holds */
export function expect(condition: boolean, expectation: string, found?: unknown): asserts condition {
  if (condition) return
  const instead =
    found === undefined ? '' : `\n  found:    ${typeof found === 'string' ? found : JSON.stringify(found)}`
  throw new UnexpectedError(`expected: ${expectation}${instead}`)
}
