import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder, download, MissingToolError } from '../real/tools.js'
import type { Generator } from './generator.js'

/** The project's root, in which npm runs commands. */
const ROOT = process.cwd()
/** The newest version that runs on Node 20. */
const HEY_API = '@hey-api/openapi-ts@0.95.0'

const local = (program: string, args: string[]) => ({
  command: join(ROOT, 'node_modules/.bin', program),
  args
})
const compile = [local('tsc', ['-p', '.'])]
const tour = (url: string) => ({ command: process.execPath, args: ['out/tour.mjs', url] })

/** Generates types, which the tour uses with openapi-fetch. */
export const openapiTypescript: Generator = {
  name: 'openapi-typescript',
  prepare: async () => ({
    generate: [local('openapi-typescript', ['openapi.yaml', '--output', 'schema.mts'])],
    compile,
    tour,
    generated: { path: 'schema.mts', types: /^export (?:interface|type) /gm }
  })
}

/** Generates a client without dependencies. */
export const heyApi: Generator = {
  name: 'hey-api',
  async prepare(say) {
    const folder = cacheFolder('hey-api', HEY_API.split('@').at(-1) ?? '')
    if (!existsSync(folder)) await installHeyApi(folder, say)
    return {
      generate: [
        {
          command: join(folder, 'node_modules/.bin/openapi-ts'),
          args: ['--input', 'openapi.yaml', '--output', 'client', '--no-log-file']
        }
      ],
      compile,
      tour,
      generated: { path: 'client', types: /^export (?:type|interface) /gm }
    }
  }
}

/** @throws {MissingToolError} */
async function installHeyApi(folder: string, say: (line: string) => void): Promise<void> {
  say(`Installing ${HEY_API}`)
  const partial = `${folder}.${process.pid}`
  mkdirSync(partial, { recursive: true })
  const options = ['--prefix', partial, '--ignore-scripts', '--no-audit', '--no-fund']
  try {
    await download('npm', ['install', ...options, HEY_API, 'typescript@5.9.3'])
    // Renamed in one step, so that an existing folder is always complete. Another run may have been faster.
    if (!existsSync(folder)) renameSync(partial, folder)
  } catch (error) {
    throw new MissingToolError(`npm cannot install ${HEY_API}`, { cause: error })
  } finally {
    rmSync(partial, { recursive: true, force: true })
  }
}
