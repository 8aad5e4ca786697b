/** The server did not answer as the tour's story expects. The message says what was expected and what was found. */
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
