import { readFileSync } from 'node:fs'

/** Where the guides say that the API is. */
const ADDRESS = 'http://127.0.0.1:4999'

/**
 * The blocks of code of a language in a guide, in their order, with the server at another address.
 * @param file of Markdown, from the project's folder
 */
export function blocksOf(file: string, language: string, url = ADDRESS): string[] {
  const blocks = readFileSync(file, 'utf8').matchAll(/^```(\w*)\n(.*?)^```$/gms)
  return [...blocks]
    .filter(([, name]) => name === language)
    .map(([, , code = '']) => code.replaceAll(ADDRESS, url))
}
