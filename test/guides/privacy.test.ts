import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { startApi } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { requireTool } from '../helpers/tools.js'
import { temporaryDataDir } from '../scripts/temporary-folder.js'
import { blocksOf } from './blocks.js'
import { runCommands, withoutNpm } from './run-commands.js'

for (const name of ['bash', 'curl', 'jq']) requireTool(t, [name])
const { config, environment, sql } = await createInstallation(t)

void t.test("a person's data is exported, deleted and erased as the guide shows", async (t) => {
  const { url } = await startApi(t, config)
  const folder = temporaryDataDir(t)
  const commands = blocksOf('docs/guides/privacy.md', 'sh').map((block) =>
    withoutNpm(block.replaceAll('http://127.0.0.1:4999', url))
  )
  const { out } = await runCommands(t, commands, folder, { ...process.env, ...environment })
  t.match(out, /"email": "edith@example.com"/)
  t.match(out, /has no other admin/)
  t.match(out, /Account deleted/)
  const { data } = JSON.parse(readFileSync(join(folder, 'edith.json'), 'utf8')) as {
    data: { account: { id: string } }
  }
  t.same([...(await sql`select id from users`)], [])
  t.same([...(await sql`select ip from audit_log where user_id = ${data.account.id} and ip is not null`)], [])
})
