import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder, download, MissingToolError, requireTools } from '../real/tools.js'
import type { Generator } from './generator.js'

const MODULE = 'github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen'
const VERSION = 'v2.8.2'

export const oapiCodegen: Generator = {
  name: 'oapi-codegen',
  async prepare(say) {
    const program = await build(say)
    return {
      generate: [
        { command: 'mkdir', args: ['api'] },
        { command: program, args: ['-config', 'oapi-codegen.yaml', '-o', 'api/api.go', 'openapi.yaml'] }
      ],
      compile: [
        { command: 'go', args: ['vet', './...'] },
        { command: 'go', args: ['build', '-o', 'tour', '.'] }
      ],
      tour: (url) => ({ command: './tour', args: [url] }),
      generated: { path: 'api', types: /^type /gm }
    }
  }
}

/** The generator, built from its Go module, or from the cache. @throws {MissingToolError} */
async function build(say: (line: string) => void): Promise<string> {
  await requireTools([{ command: 'go', version: 'version' }])
  const folder = cacheFolder('oapi-codegen', VERSION)
  const program = join(folder, 'oapi-codegen')
  if (existsSync(program)) return program
  say(`Building oapi-codegen ${VERSION} with Go`)
  const partial = `${folder}.${process.pid}`
  mkdirSync(partial, { recursive: true })
  try {
    await download('go', ['install', `${MODULE}@${VERSION}`], { GOBIN: partial })
    mkdirSync(folder, { recursive: true })
    renameSync(join(partial, 'oapi-codegen'), program)
  } catch (error) {
    throw new MissingToolError('Go cannot download and build oapi-codegen', { cause: error })
  } finally {
    rmSync(partial, { recursive: true, force: true })
  }
  return program
}
