import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { startChild } from '../../scripts/start/children.js'
import { createInstallation } from '../helpers/installation.js'
import { temporaryDataDir } from './temporary-folder.js'

const { environment } = await createInstallation(t, { LOG_LEVEL: 'info' })

void t.test('the log of a child suits its own output, not that of its parent', async (t) => {
  const before = process.stdout.isTTY
  process.stdout.isTTY = true
  t.teardown(() => (process.stdout.isTTY = before))
  const file = join(temporaryDataDir(t), 'log')
  const stdout = openSync(file, 'a')
  const child = startChild('The API', 'src/server', { ...process.env, ...environment }, { stdout })
  closeSync(stdout)
  await child.ready
  await child.stop()
  const lines = readFileSync(file, 'utf8').trim().split('\n')
  for (const line of lines) t.match(JSON.parse(line), { name: 'api' })
})
