/** `npm test`: tap on real services, which are started for the run and thrown away after it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { startServices, type Services } from './embedded/start-services.js'
import { TapProgress, type Totals } from './test/tap-progress.js'

const HELP = `Usage: npm test [-- [tap options] [test files]]

Runs the tests: the files named, or test/**/*.test.ts without *.long.test.ts. Without files, those that go over
HTTP run a second time, with tenants that are schemas; TEST_TENANCY_STRATEGY=schema does that for the files named.
They run on a PostgreSQL and a Kafka broker of their own, started for the run, or on those that
TEST_DATABASE_URL (a superuser's) and TEST_KAFKA_BROKERS name.
Options go to tap (.taprc holds the usual ones), such as:
  --grep=<pattern>  only the tests of that name
  --jobs=<n>        so many files at once
  --timeout=<s>     seconds for each file (120)
  --bail            stop at the first failure`

/** A power cut may take the tests' data; nothing of them is worth a wait for the disk. */
const THROW_AWAY_SETTINGS = { fsync: 'off', full_page_writes: 'off', max_connections: '300' }

/** What runs once more on schemas: the tests over HTTP, but for those that never make a tenant. */
function filesWithTenants(): string[] {
  const routes = readdirSync('test/routes').map((name) => `test/routes/${name}`)
  return [...routes, 'test/authorization-matrix.test.ts', 'test/workers/handlers.test.ts'].filter(
    (file) =>
      /(?<!\.long)\.test\.ts$/.test(file) && /createTenant|startUploads/.test(readFileSync(file, 'utf8'))
  )
}

async function startTestServices(signal: AbortSignal): Promise<Services | undefined> {
  const asked = { postgres: !process.env['TEST_DATABASE_URL'], broker: !process.env['TEST_KAFKA_BROKERS'] }
  if (!asked.postgres && !asked.broker) return undefined
  const dataDir = mkdtempSync(join(tmpdir(), 'strongroom-test-'))
  // Where root runs the tests, PostgreSQL runs as another user, who has to get in.
  chmodSync(dataDir, 0o711)
  return startServices({ ...asked, dataDir, settings: THROW_AWAY_SETTINGS, removeAfter: true, signal })
}

interface Result {
  code: number
  /** What tap counted, if it came so far. */
  totals: Totals | undefined
}

/** Runs tap and shows what it does. */
async function runTap(
  args: string[],
  services: Services | undefined,
  stop: AbortSignal,
  environment: Record<string, string> = {}
): Promise<Result> {
  const tap = fileURLToPath(new URL('./run.mjs', import.meta.resolve('tap')))
  // Our reporter is the last one named, so it is the one that counts.
  const child = spawn(process.execPath, [tap, ...args, '--reporter=tap'], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: {
      ...process.env,
      ...environment,
      // Every file of tests that loads the SDK would print it.
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      ...(services?.postgres && { TEST_DATABASE_URL: services.databaseUrl('postgres') }),
      ...(services?.brokers && { TEST_KAFKA_BROKERS: services.brokers })
    },
    stdio: ['ignore', 'pipe', 'inherit']
  })
  const progress = new TapProgress((line) => console.log(line))
  createInterface({ input: child.stdout }).on('line', (line) => progress.read(line))
  stop.addEventListener('abort', () => child.kill('SIGTERM'), { once: true })
  const died = services?.died.then((reason) => {
    console.error(reason)
    child.kill('SIGTERM')
  })
  await Promise.race(
    [once(child, 'close'), died?.then(() => once(child, 'close'))].filter((end) => end !== undefined)
  )
  return { code: child.exitCode ?? 1, totals: progress.totals }
}

async function main(args: string[]): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    console.log(HELP)
    return 0
  }
  const stop = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(name, () => stop.abort(new Error('Stopped')))
  let services: Services | undefined
  const results: Result[] = []
  try {
    services = await startTestServices(stop.signal)
    results.push(await runTap(args, services, stop.signal))
    if (!args.some((argument) => !argument.startsWith('-')) && !stop.signal.aborted) {
      console.log('\nOnce more over HTTP, with tenants that are schemas')
      const again = [...args, ...filesWithTenants()]
      results.push(await runTap(again, services, stop.signal, { TEST_TENANCY_STRATEGY: 'schema' }))
    }
  } catch (error) {
    console.error(error)
    results.push({ code: 1, totals: undefined })
  } finally {
    await services?.stop('immediate')
  }
  return report(results)
}

/** Prints the last line. @returns the exit code: the first of tap's that is not 0, and never 0 when nothing was tested */
function report(results: Result[]): number {
  const counts = results.map(({ code, totals }) => ({
    passed: totals?.passed ?? 0,
    failed: code === 0 ? (totals?.failed ?? 0) : Math.max(totals?.failed ?? 0, 1)
  }))
  const passed = counts.reduce((sum, count) => sum + count.passed, 0)
  const failed = counts.reduce((sum, count) => sum + count.failed, 0)
  if (passed + failed === 0) console.error('No test ran.')
  console.log(`${passed} passed, ${failed} failed`)
  return passed + failed === 0 ? 1 : (results.find(({ code }) => code !== 0)?.code ?? 0)
}

process.exit(await main(process.argv.slice(2)))
