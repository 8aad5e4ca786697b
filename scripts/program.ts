import { fileURLToPath } from 'node:url'

/**
 * Node's arguments for running a compiled program of this project; every program and command is run with them.
 * @param name its path from the project's root, without an extension, such as `src/server`
 */
export function program(name: string): string[] {
  return ['--enable-source-maps', fileURLToPath(new URL(`../${name}.js`, import.meta.url))]
}
