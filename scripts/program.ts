import { fileURLToPath } from 'node:url'

const compiled = import.meta.url.endsWith('.js')

/**
 * Node's arguments that run a program of this project in the way in which this process itself runs: compiled, from
 * dist/, or from the sources with tsx.
 * @param name its path from the top of the project, without an extension, such as `src/server`
 */
export function program(name: string): string[] {
  const path = fileURLToPath(new URL(`../${name}${compiled ? '.js' : '.ts'}`, import.meta.url))
  return compiled ? ['--enable-source-maps', path] : ['--import', import.meta.resolve('tsx'), path]
}
