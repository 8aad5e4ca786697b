/** `npm test`: runs the test files on real services, started for the run and thrown away afterwards. */
import { chmodSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { parseArgs } from 'node:util'
import { startServices, type Services } from './embedded/start-services.js'
import { findTests, testsWithTenants } from './test/find-tests.js'
import { runFiles } from './test/run-files.js'

const HELP = `Usage: npm test [-- [options] [test files or folders]]

Runs the named tests, or all of test/ except the long ones (*.long.test.ts). Without names, the tests that use HTTP run
a second time, with tenants as schemas; for named tests, set TEST_TENANCY_STRATEGY=schema instead. The tests use a
PostgreSQL and a Kafka broker started for the run, or the ones in TEST_DATABASE_URL (a superuser's) and
TEST_KAFKA_BROKERS. A file that needs a program this machine lacks (PgBouncer, Chromium, openssl, jq) is skipped, and
counted as skipped in the last line.
  --grep PATTERN  only tests whose name matches
  --jobs N        files to run at the same time (default: 4; more than the cores, since tests often wait)
  --timeout N     seconds per file (default: 900, since machines may be slow or busy)
  --bail          stop at the first failure
  --long          the long tests instead (npm run test:long)`

/**
 * The tests' data need not survive a power cut, so nothing waits for the disk. And hundreds of databases that live for
 * seconds are not worth vacuuming.
 */
const THROW_AWAY_SETTINGS = {
  fsync: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '2GB',
  autovacuum: 'off',
  max_connections: '300'
}

async function startTestServices(signal: AbortSignal): Promise<Services | undefined> {
  const asked = { postgres: !process.env['TEST_DATABASE_URL'], broker: !process.env['TEST_KAFKA_BROKERS'] }
  if (!asked.postgres && !asked.broker) return undefined
  const dataDir = mkdtempSync(join(tmpdir(), 'strongroom-test-'))
  // If root runs the tests, PostgreSQL runs as another user, who must be able to enter.
  chmodSync(dataDir, 0o711)
  return startServices({ ...asked, dataDir, settings: THROW_AWAY_SETTINGS, removeAfter: true, signal })
}

function readOptions(args: string[]) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      grep: { type: 'string' },
      jobs: { type: 'string', default: '4' },
      timeout: { type: 'string', default: '900' },
      bail: { type: 'boolean', default: false },
      long: { type: 'boolean', default: false }
    }
  })
  const number = (name: 'jobs' | 'timeout') => {
    const value = Number(values[name])
    if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} must be a whole number from 1.`)
    return value
  }
  return { ...values, jobs: number('jobs'), timeout: number('timeout'), names: positionals }
}

async function main(args: string[]): Promise<number> {
  const { help, long, names, jobs, timeout, bail, grep } = readOptions(args)
  if (help) {
    console.log(HELP)
    return 0
  }
  const files = findTests(names, long)
  const stop = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(name, () => stop.abort(new Error('Stopped')))
  const services = await startTestServices(stop.signal)
  void services?.died.then((reason) => {
    console.error(reason)
    stop.abort(new Error(reason))
  })
  const environment = {
    ...process.env,
    // Debian keeps PgBouncer out of ordinary users' PATH.
    PATH: [process.env['PATH'], '/usr/sbin', '/usr/local/sbin'].filter(Boolean).join(delimiter),
    // Otherwise every test file that loads the SDK prints the warning.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    ...(grep !== undefined && { TAP_GREP: grep }),
    ...(services?.postgres && { TEST_DATABASE_URL: services.databaseUrl('postgres') }),
    ...(services?.brokers && { TEST_KAFKA_BROKERS: services.brokers })
  }
  const print = (line: string) => console.log(line)
  const run = { jobs, timeout, bail, environment, stop: stop.signal, print }
  try {
    const twice = names.length === 0 && !long ? testsWithTenants() : []
    const { passed, failed, skipped } = await runFiles([...files, ...twice], run)
    if (passed + failed + skipped === 0) console.error('No test ran.')
    console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
    return failed > 0 || passed + skipped === 0 || stop.signal.aborted ? 1 : 0
  } finally {
    await services?.stop('immediate')
  }
}

try {
  process.exit(await main(process.argv.slice(2)))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(2)
}
