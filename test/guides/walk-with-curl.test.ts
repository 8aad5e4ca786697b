import t from 'tap'
import { startApi } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { requireTool } from '../helpers/tools.js'
import { startWorker } from '../helpers/worker.js'
import { temporaryDataDir } from '../scripts/temporary-folder.js'
import { blocksOf } from './blocks.js'
import { runCommands } from './run-commands.js'

for (const name of ['bash', 'curl', 'jq']) requireTool(t, [name])
const { config } = await createInstallation(t)
const { url } = await startApi(t, config)
await startWorker(t, config)

void t.test('the walk with curl works as the guide shows', async (t) => {
  const { out, err } = await runCommands(
    t,
    blocksOf('docs/guides/walk-with-curl.md', 'sh', url),
    temporaryDataDir(t)
  )
  t.equal(err, '')
  t.notMatch(out, /"success": ?false/, 'nothing was refused')
  // In order: the account, the upload and its repetition, the audit log, the list, two downloads, the end.
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
