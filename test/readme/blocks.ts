import { readFileSync } from 'node:fs'

/** Where README says that the API is. */
const ADDRESS = 'http://127.0.0.1:4999'

/**
 * The blocks of code of a language that stand in a section of README, with the server at another address.
 * @param heading without its #
 */
export function readmeBlocks(heading: string, language: string, url: string): string[] {
  const readme = readFileSync('README.md', 'utf8')
  const section = readme.split(/^##+ /m).find((text) => text.startsWith(`${heading}\n`)) ?? ''
  const blocks = section.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))
  return [...blocks].map(([, code = '']) => code.replaceAll(ADDRESS, url))
}
