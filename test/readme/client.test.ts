import { execFile } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { startApi } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { temporaryDataDir } from '../scripts/temporary-folder.js'
import { readmeBlocks } from './blocks.js'

const run = promisify(execFile)

/** A folder of somebody who has installed what README says, from what is installed here. */
function emptyFolder(t: Test): string {
  const folder = temporaryDataDir(t)
  mkdirSync(join(folder, 'node_modules', '.bin'), { recursive: true })
  for (const name of ['openapi-fetch', 'openapi-typescript', '.bin/openapi-typescript'])
    symlinkSync(realpathSync(join('node_modules', name)), join(folder, 'node_modules', name))
  return folder
}

/** A folder of the checkout that no version has. */
function insideCheckout(t: Test): string {
  const folder = mkdtempSync(resolve('dist', 'readme-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const { config } = await createInstallation(t)
const { url } = await startApi(t, config)

for (const [where, makeFolder] of [
  ['in an empty folder', emptyFolder],
  ['in the checkout', insideCheckout]
] as const)
  t.test(`types and the example of a client ${where}`, async (t) => {
    const folder = makeFolder(t)
    // Nothing may be fetched from a registry.
    const env = { ...process.env, npm_config_offline: 'true' }
    const [types = ''] = readmeBlocks('API documentation', 'sh', url)
    t.match(types, /^npx openapi-typescript http/)
    await run('sh', ['-ec', types], { cwd: folder, env })
    t.match(readFileSync(join(folder, 'schema.ts'), 'utf8'), /^export interface paths \{$/m)

    const [example = ''] = readmeBlocks('API documentation', 'js', url)
    writeFileSync(join(folder, 'example.mjs'), example)
    const { stdout } = await run(process.execPath, ['example.mjs'], { cwd: folder, env })
    t.equal(stdout, '201 hello.txt\n')
  })
