import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { createTenant, signUp, startApi } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { startWorker } from '../helpers/worker.js'
import { blocksOf } from '../guides/blocks.js'
import { runCommands } from '../guides/run-commands.js'
import { onRealS3 } from '../resumable/storages.js'
import { content, MIB, Tus } from '../resumable/tus.js'

await onRealS3(t, async (t, settings) => {
  const { config } = await createInstallation(t, settings)
  const { url } = await startApi(t, config)
  await startWorker(t, config)
  const ada = await signUp(url)
  const tenant = await createTenant(ada)
  const folder = mkdtempSync(join(tmpdir(), 'strongroom-direct-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))

  const bytes = content(17 * MIB + 3)
  writeFileSync(join(folder, 'file'), bytes)
  const commands = blocksOf('docs/guides/large-files.md', 'bash').filter((block) =>
    block.includes('/complete"')
  )
  t.equal(commands.length, 1)
  const variables = { STRONGROOM: url, TOKEN: String(ada.token), TENANT: tenant.id, FILE: 'file' }
  const { out } = await runCommands(t, commands, folder, { ...process.env, ...variables })
  const { state, document_id } = JSON.parse(out) as { state: string; document_id: string }
  t.equal(state, 'done')
  t.ok((await new Tus(ada, tenant.id).download(document_id)).equals(bytes))
  t.same(readdirSync(folder), ['file'])
})
