import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import { startApi } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { requireTool } from '../helpers/tools.js'
import { startWorker } from '../helpers/worker.js'
import { temporaryDataDir } from '../scripts/temporary-folder.js'
import { blocksOf } from './blocks.js'
import { runCommands, withoutNpm } from './run-commands.js'

const GUIDE = 'docs/guides/webhooks.md'

for (const name of ['bash', 'curl', 'jq']) requireTool(t, [name])
const { config, environment } = await createInstallation(t, {
  WEBHOOK_ALLOW_HTTP: 'true',
  WEBHOOK_ALLOW_NETWORKS: '127.0.0.0/8'
})

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

void t.test('events arrive at a receiver as the guide shows', async (t) => {
  const { url } = await startApi(t, config)
  await startWorker(t, config)
  const folder = temporaryDataDir(t)
  const [receiver = ''] = blocksOf('docs/guides/webhooks.md', 'js')
  writeFileSync(join(folder, 'receiver.mjs'), receiver)
  const port = await freePort()
  const commands = blocksOf(GUIDE, 'sh', url).map((block) =>
    withoutNpm(block.replaceAll('127.0.0.1:3000', `127.0.0.1:${port}`))
  )
  const env = { ...process.env, ...environment, RECEIVER_PORT: String(port) }
  const { out } = await runCommands(t, commands, folder, env)
  t.match(out, /"delivered": true,\s+"status": 204/)
  t.match(out, /document.uploaded patent.txt/)
  t.match(out, /"event_type": "document.uploaded",\s+"attempts": 1,\s+"status": 204/)
  t.match(out, /works +[\da-f-]{36} /)
  t.match(out, /1 event will be delivered again/)
  t.match(readFileSync(join(folder, 'received.txt'), 'utf8'), /^webhook.test \n/)
})
