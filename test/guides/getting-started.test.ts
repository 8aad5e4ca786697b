import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { startApi } from '../helpers/api.js'
import { copyCheckout } from '../helpers/checkout.js'
import { createInstallation } from '../helpers/installation.js'
import { startNpmRegistry } from '../helpers/npm-registry.js'
import { requireTool } from '../helpers/tools.js'
import { blocksOf } from './blocks.js'
import { runCommands } from './run-commands.js'

const GUIDE = 'docs/guides/getting-started.md'

for (const name of ['bash', 'curl', 'jq', 'cmp']) requireTool(t, [name])
// Installs and compiles packages, which takes long on a busy machine.
const { config } = await createInstallation(t)
const { url } = await startApi(t, config)

void t.test('getting started works as the guide shows', async (t) => {
  const [start = '', ...commands] = blocksOf(GUIDE, 'sh', url)
  // This test's server stands in for what these commands start; test/scripts/start.test.ts runs them.
  t.equal(start, 'npm ci\nnpm start\n')
  t.ok(
    readFileSync('README.md', 'utf8').includes(`\`\`\`sh\n${start}\`\`\``),
    'README shows the same commands'
  )

  const checkout = copyCheckout(t, ['client'])
  const [program = ''] = blocksOf(GUIDE, 'js', url)
  writeFileSync(join(checkout, 'program'), program)
  const save = 'cp ../strongroom/program first-steps.mjs'
  const run = commands.pop() ?? ''
  t.equal(run, 'node first-steps.mjs\n')

  const env = await startNpmRegistry(t)
  const { out } = await runCommands(t, [...commands, save, run], checkout, env)
  t.notMatch(out, /"success": ?false/, 'nothing was refused')
  t.match(out, /"filename": "hello\.txt",\n {2}"mime_type": "text\/plain"\n\}\nThe same bytes\n/)
  t.match(out, /\nhello\.txt 20\d\d-.*Z\n18 bytes: Hello, Strongroom\n\n$/)
})
