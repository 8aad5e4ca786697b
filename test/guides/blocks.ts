import { readFileSync } from 'node:fs'

/** The API's address in the guides. */
const ADDRESS = 'http://127.0.0.1:4999'

/**
 * A guide's code blocks in one language, in order, with the API's address replaced by `url`.
 * @param file a Markdown file, relative to the project root
 */
export function blocksOf(file: string, language: string, url = ADDRESS): string[] {
  const blocks = readFileSync(file, 'utf8').matchAll(/^```(\w*)\n(.*?)^```$/gms)
  return [...blocks]
    .filter(([, name]) => name === language)
    .map(([, , code = '']) => code.replaceAll(ADDRESS, url))
}
