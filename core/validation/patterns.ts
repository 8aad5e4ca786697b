/** What each pattern asks for; JSON Schema has no place for it. */
const sentences = new Map<string, string>()

/**
 * The text of a pattern for a schema, which answers refuse with `sentence` instead of showing it. Patterns are written
 * as literals with the flag `u`, under which Ajv runs them, so that the linter sees those that backtrack, and in the
 * dialect that other languages share, since clients read them too.
 * @throws {TypeError} when the same pattern has another sentence already
 */
export function patternSaying(pattern: RegExp, sentence: string): string {
  const known = sentences.get(pattern.source)
  if (known !== undefined && known !== sentence)
    throw new TypeError(`${pattern.source} has two sentences: ${known}; ${sentence}`)
  sentences.set(pattern.source, sentence)
  return pattern.source
}

/** The sentence of a pattern that {@link patternSaying} made. */
export const sentenceOfPattern = (source: string): string | undefined => sentences.get(source)
