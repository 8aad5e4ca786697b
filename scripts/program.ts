import { fileURLToPath } from 'node:url'

/**
 * Node's arguments that run a program of this project, compiled, as every program and command here runs.
 * @param name its path from the top of the project, without an extension, such as `src/server`
 */
export function program(name: string): string[] {
  return ['--enable-source-maps', fileURLToPath(new URL(`../${name}.js`, import.meta.url))]
}
