import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { startApi } from '../helpers/api.js'
import { copyCheckout } from '../helpers/checkout.js'
import { createInstallation } from '../helpers/installation.js'
import { startNpmRegistry } from '../helpers/npm-registry.js'
import { temporaryDataDir } from '../scripts/temporary-folder.js'
import { blocksOf } from './blocks.js'
import { runCommands } from './run-commands.js'

const GUIDE = 'docs/guides/generated-client.md'

// Installs and compiles packages, which takes long on a busy machine.
const { config } = await createInstallation(t)
const { url } = await startApi(t, config)
const env = await startNpmRegistry(t)
const [install = '', types = '', ...more] = blocksOf(GUIDE, 'sh', url)
const [example = ''] = blocksOf(GUIDE, 'js', url)
t.same(more, [])

for (const [where, makeFolder, commands] of [
  ['in an empty folder', temporaryDataDir, [install, types]],
  // A checkout has both packages installed.
  ['in a checkout', (t: Test) => copyCheckout(t, []), [types]]
] as const)
  t.test(`generated types and the example client compile and run ${where}`, async (t) => {
    const folder = makeFolder(t)
    await runCommands(t, [...commands], folder, env)
    t.match(readFileSync(join(folder, 'schema.ts'), 'utf8'), /^export interface paths \{$/m)
    writeFileSync(join(folder, 'example.mjs'), example)
    const { out } = await runCommands(t, ['node example.mjs'], folder, env)
    t.equal(out, '201 hello.txt\n')
  })
