import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { signUp, startApi } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { requireTool } from '../helpers/tools.js'
import { temporaryDataDir } from '../scripts/temporary-folder.js'
import { blocksOf } from './blocks.js'
import { runCommands } from './run-commands.js'

for (const name of ['bash', 'curl']) requireTool(t, [name])
const { config } = await createInstallation(t)
const { url } = await startApi(t, config)
const admin = await signUp(url)

void t.test('own data works as the guide shows', async (t) => {
  const folder = temporaryDataDir(t)
  // An access token is sent as a key is.
  writeFileSync(join(folder, 'key.txt'), String(admin.token))
  const blocks = blocksOf('docs/guides/your-data-model.md', 'sh', url)
  const { out, err } = await runCommands(t, blocks, folder, process.env)
  t.equal(err, '')
  t.equal(
    out,
    [
      '"external_id":"invoice-2"',
      '"tags":["2026","invoice"]',
      '"items":[{"folder":"/customers/","documents":3}]',
      '{"success":true,"data":{"moved":3,"more":false}}"outcome":"done"',
      '"outcome":"done"',
      '"outcome":"done"',
      '1\n'
    ].join('\n')
  )
})
