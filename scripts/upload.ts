/** `npm run upload`: uploads files to a server from a terminal, and resumes interrupted uploads. */
import { parseArgs } from 'node:util'
import { createStrongroom } from '../client/index.js'
import { isUuid } from '../core/uuid.js'
import { printable } from './operator/printable.js'
import { runCommand, UsageError } from './operator/run.js'
import { stopRequests } from './start/stop-requests.js'
import { explainUpload } from './upload/explain.js'
import { findFiles, type LocalFile } from './upload/files.js'
import { showProgress } from './upload/progress.js'
import { credentials, serverUrl } from './upload/server.js'
import { stateFolder, UploadStates } from './upload/states.js'
import { sendFile, type Sending } from './upload/send-file.js'

const HELP = `Usage: npm run upload -- FILE… --tenant ID [options]

Uploads files to a tenant, each as a document. An upload survives a broken network and a restart of the server. After
Ctrl-C, or if this machine was switched off, run the same command again: it resumes after the bytes that the server has.
While one process uploads a file, another refuses to upload it.

  --tenant ID      the tenant
  --url URL        the server; default: STRONGROOM_URL, or the \`npm start\` that runs on DATA_DIR
  --parallel N     files to upload at the same time (default: 3)
  --restart        starts again at the first byte, instead of resuming
  --help           this text

In the environment:
  STRONGROOM_KEY   a key of a service account, with the scope documents:write; or
  STRONGROOM_TOKEN the access token of a log-in, which expires soon: for large files, use a key

Unfinished uploads are recorded in $XDG_STATE_HOME/strongroom/uploads (~/.local/state/strongroom/uploads), without the
key. Prints the id of each file's document. Exits with 1 if a file was not uploaded, with 2 if the usage was wrong, and
with 130 after Ctrl-C.`

const OPTIONS = {
  tenant: { type: 'string' },
  url: { type: 'string' },
  parallel: { type: 'string', default: '3' },
  restart: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false }
} as const

/** @throws {UsageError} that says what to correct */
function parse(args: string[]) {
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true })
  if (values.help) return undefined
  if (positionals.length === 0) throw new UsageError('Name the files to upload; --help shows the usage.')
  if (!isUuid(values.tenant ?? '')) throw new UsageError('--tenant must be the id of a tenant.')
  const parallel = Number(values.parallel)
  if (!Number.isInteger(parallel) || parallel < 1 || parallel > 20)
    throw new UsageError('--parallel must be a number from 1 to 20.')
  const url = serverUrl(values.url)
  return { paths: positionals, tenantId: String(values.tenant), url, parallel, restart: values.restart }
}

/** @returns the exit code */
async function main(args: string[]): Promise<number> {
  const options = parse(args)
  if (options === undefined) {
    console.log(HELP)
    return 0
  }
  const { url, tenantId, parallel, restart } = options
  const strongroom = createStrongroom({ url, ...credentials() })
  const files = findFiles(options.paths)
  const states = new UploadStates(stateFolder())
  const { requested: signal } = stopRequests()
  const progress = showProgress(files)
  const sending: Sending = { strongroom, url, tenantId, states, restart, signal, progress }

  const results: PromiseSettledResult<string>[] = []
  const waiting = files.entries()
  const work = async () => {
    for (const [index, file] of waiting) {
      const [result] = await Promise.allSettled([sendFile(sending, file)])
      results[index] = result
    }
  }
  await Promise.all(Array.from({ length: parallel }, work))
  progress.stop()
  for (const [index, file] of files.entries()) report(file, results[index], url, signal)
  if (signal.aborted) console.error('Interrupted. Run the same command again to resume.')
  if (signal.aborted) return 130
  return results.every(({ status }) => status === 'fulfilled') ? 0 : 1
}

function report(
  { path }: LocalFile,
  result: PromiseSettledResult<string> | undefined,
  url: string,
  signal: AbortSignal
) {
  if (result?.status === 'fulfilled') console.log(`${printable(path)}  ${printable(result.value)}`)
  else if (!signal.aborted) console.error(printable(`${path}: ${explainUpload(result?.reason, url)}`))
}

await runCommand(async () => {
  process.exitCode = await main(process.argv.slice(2))
})
