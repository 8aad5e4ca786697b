/** `npm run test:schemathesis`: starts a server and runs https://schemathesis.readthedocs.io against it. */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createStrongroom } from '../client/index.js'
import { installPython } from './real/python.js'
import { MissingToolError } from './real/tools.js'
import { stopRequests } from './start/stop-requests.js'
import { startOwnServer, type Starting } from './tour/own-server.js'
import { makeTemporaryFolder } from './tour/temporary-folder.js'

const HELP = `Usage: npm run test:schemathesis [-- options of "schemathesis run"]

Installs Schemathesis (needs Python 3 with venv and pip) into ~/.cache/strongroom, starts a server with throw-away data,
logs in, and tests every operation of its /openapi.json for three minutes. Exits with 77 if Python is missing.`

const VERSION = '4.32.5'
/** The exit code by which automake's tests say "skipped". */
const SKIPPED = 77
const SECONDS = 180

/** Checks that do not fit this API. */
const EXCLUDED_CHECKS = [
  // Some rules cannot be expressed in a schema: a password's bytes, a cursor's content, one of two fields.
  'positive_data_acceptance'
]
/**
 * Statuses with which the server may refuse a request that violates the description: those that Schemathesis expects,
 * and those for URLs, headers and bodies that are too large.
 */
const REFUSALS = [400, 401, 403, 404, 405, 406, 409, 413, 414, 415, 422, 428, 429, 431]

/** A log-out would end the session that all other tests use. */
const EXCLUDED_OPERATIONS = ['logout']

/** Creates an account for the run. @returns its access token */
async function logIn(url: string): Promise<string> {
  const { auth } = createStrongroom({ url })
  const account = { email: 'schemathesis@example.com', password: randomBytes(18).toString('base64url') }
  await auth.register({ ...account, first_name: 'Schema', last_name: 'Thesis' })
  return (await auth.login(account)).access_token
}

/** @returns Schemathesis's exit code and, from its report, how many operations and phases passed and failed */
async function run(program: string, url: string, folder: string, args: string[], stop: AbortSignal) {
  const report = join(folder, 'report.xml')
  const refusals = REFUSALS.map((status) => `"${status}"`).join(', ')
  // Schemathesis looks for this file in its working directory.
  writeFileSync(
    join(folder, 'schemathesis.toml'),
    `[checks]\nnegative_data_rejection.expected-statuses = [${refusals}]\n`
  )
  // Schemathesis does not know the media type of tus, which is plain bytes.
  writeFileSync(
    join(folder, 'hooks.py'),
    'import schemathesis\nschemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")\n'
  )
  const child = spawn(
    program,
    [
      ...[
        'run',
        `${url}/openapi.json`,
        '--url',
        url,
        '--header',
        `Authorization: Bearer ${await logIn(url)}`
      ],
      ...['--max-time', String(SECONDS), '--max-examples', '30', '--seed', '1', '--warnings', 'off'],
      ...['--exclude-checks', EXCLUDED_CHECKS.join(',')],
      ...EXCLUDED_OPERATIONS.flatMap((id) => ['--exclude-operation-id', id]),
      ...['--report', 'junit', '--report-junit-path', report, '--no-color', ...args]
    ],
    {
      cwd: folder,
      stdio: 'inherit',
      env: { ...process.env, PYTHONPATH: folder, SCHEMATHESIS_HOOKS: 'hooks' }
    }
  )
  stop.addEventListener('abort', () => child.kill('SIGINT'), { once: true })
  await once(child, 'exit')
  const xml = existsSync(report) ? readFileSync(report, 'utf8') : ''
  const total = xml.match(/<testcase /g)?.length ?? 0
  const failed = xml.match(/<testcase [^>]*[^/]>\s*<(failure|error)/g)?.length ?? 0
  return { code: child.exitCode ?? 1, passed: total - failed, failed }
}

async function main(args: string[]): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    console.log(HELP)
    return 0
  }
  const stop = stopRequests()
  const folder = makeTemporaryFolder()
  let server: Starting | undefined
  try {
    const programs = await installPython([`schemathesis==${VERSION}`], (line) => console.log(line))
    const program = join(programs, 'schemathesis')
    server = await startOwnServer(folder.data, 0, stop.requested)
    const { url } = await server.ready
    const { code, passed, failed } = await run(program, url, folder.files, args, stop.requested)
    console.log(`${passed} passed, ${code === 0 ? failed : Math.max(failed, 1)} failed`)
    return code
  } catch (error) {
    if (!(error instanceof MissingToolError)) throw error
    console.error(`\n!!! THE API IS NOT TESTED WITH SCHEMATHESIS: ${error.message}.\n`)
    return SKIPPED
  } finally {
    await server?.stop(stop.forced)
    folder.remove()
  }
}

process.exit(await main(process.argv.slice(2)))
