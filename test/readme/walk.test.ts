import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { once } from 'node:events'
import t from 'tap'
import { startApi } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { requireTool } from '../helpers/tools.js'
import { startWorker } from '../helpers/worker.js'
import { temporaryDataDir } from '../scripts/temporary-folder.js'
import { readmeBlocks } from './blocks.js'

for (const name of ['bash', 'curl', 'jq']) requireTool(t, [name])
const { config } = await createInstallation(t)
const { url } = await startApi(t, config)
await startWorker(t, config)

void t.test('the walk with curl works as README shows', async (t) => {
  const [walk = '', ...more] = readmeBlocks('A walk with curl', 'sh', url)
  t.same(more, [])
  const shell = spawn('bash', ['-euo', 'pipefail', '-c', walk], {
    cwd: temporaryDataDir(t),
    stdio: ['ignore', 'pipe', 'pipe']
  })
  const [out, err] = await Promise.all([text(shell.stdout), text(shell.stderr), once(shell, 'close')])
  t.equal(shell.exitCode, 0, err)
  t.equal(err, '')
  t.notMatch(out, /"success": ?false/, 'nothing was refused')
  // In this order: the account, the upload and its repetition, the audit, the list, two downloads, the end.
  t.match(
    out,
    new RegExp(
      [
        /"ada@example\.com"/,
        /"filename": "hello\.txt"/,
        /^true$/,
        /"grace@example\.com"/,
        /^"member\.added"$/,
        /^"again\.txt"\n"hello\.txt"$/,
        /^Hello, Strongroom$/,
        /^Hello\{"success":true/,
        /"documents": 3/,
        /"Document deleted"\}1\n$/
      ]
        .map(({ source }) => source)
        .join('[^]*'),
      'm'
    )
  )
})
