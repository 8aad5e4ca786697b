import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { installPackage, run } from '../client/package.js'
import { createTenant, signUp, startApi } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { createService } from '../helpers/services-of-tenants.js'
import { requireTool } from '../helpers/tools.js'
import { temporaryDataDir } from '../scripts/temporary-folder.js'
import { blocksOf } from './blocks.js'
import { runCommands } from './run-commands.js'

const GUIDE = 'docs/guides/events.md'

// Installs a package, which takes long on a busy machine.
for (const name of ['bash', 'curl', 'jq']) requireTool(t, [name])
const { config } = await createInstallation(t)
const { url } = await startApi(t, config)
const admin = await signUp(url)
const tenant = await createTenant(admin)
const { key } = await createService(admin, tenant.id, 'admin', [
  'events:read',
  'audit:read',
  'documents:write'
])
const env = { PATH: process.env['PATH'], STRONGROOM: url, TENANT: tenant.id, TOKEN: key }

void t.test('events are polled and streamed as the guide shows', async (t) => {
  const { out, err } = await runCommands(t, blocksOf(GUIDE, 'sh'), temporaryDataDir(t), env)
  t.equal(err, '')
  t.match(out, /"names": \[\s*"hello\.txt"\s*\]/)
  t.match(out, /^data: \{"cursor":.*"document\.uploaded".*"again\.txt"/m)
})

void t.test('the client follows events as the guide shows', async (t) => {
  const project = await installPackage(t)
  const [program = ''] = blocksOf(GUIDE, 'js')
  writeFileSync(join(project, 'follow.js'), program)
  const { stdout } = await run(process.execPath, ['follow.js'], { cwd: project, env })
  t.equal(stdout, 'document.uploaded hello.txt\ndocument.uploaded again.txt\n')
})
