/** A sentence for each pattern; JSON Schema has no place for it. */
const sentences = new Map<string, string>()

/**
 * The source of a pattern for a schema; error answers show `sentence` instead of the pattern. Patterns are written as
 * literals with the flag `u`, as Ajv runs them, so that the linter sees patterns that backtrack, and in the common
 * dialect of regular expressions, because clients read them too.
 * @throws {TypeError} if the same pattern already has another sentence
 */
export function patternSaying(pattern: RegExp, sentence: string): string {
  const known = sentences.get(pattern.source)
  if (known !== undefined && known !== sentence)
    throw new TypeError(`${pattern.source} has two sentences: ${known}; ${sentence}`)
  sentences.set(pattern.source, sentence)
  return pattern.source
}

/** The sentence of a pattern from {@link patternSaying}. */
export const sentenceOfPattern = (source: string): string | undefined => sentences.get(source)
