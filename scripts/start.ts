/** `npm start`: the API and a worker, with embedded services for those without an address in the settings. */
import { readEnvironment } from '../core/config/config.js'
import { printableLines } from './operator/printable.js'
import { planStart } from './start/fill-environment.js'
import { launch, stopAll, type Launched, type Started } from './start/launch.js'
import { writeRuntimeFile } from './start/runtime-file.js'
import { aborted, stopRequests, type StopRequests } from './start/stop-requests.js'
import { summaryLines } from './start/summary.js'

const HELP = `Usage: npm start

Starts the API, a worker, and a replacement for every service that is not configured:
  DATABASE_URL        otherwise an embedded PostgreSQL
  KAFKA_BROKERS       otherwise an embedded Kafka broker, in memory
  S3_BUCKET           otherwise files on disk
  JWT_SECRET          otherwise a random secret, kept in the data folder
  SECRETS_KEY, TENANT_ROLE_SECRET  likewise
Data goes to DATA_DIR (.data). With NODE_ENV=production nothing is embedded, and all of these must be set.
.env.example explains every setting; the environment takes precedence over the file .env.
Ctrl-C stops everything; a second Ctrl-C stops it at once.`

const say = (line: string) => console.log(line)

/** @returns the exit code */
async function main(): Promise<number> {
  if (process.argv.slice(2).some((argument) => argument === '--help' || argument === '-h')) {
    say(HELP)
    return 0
  }
  const stop = stopRequests()
  const started: Started = { children: [] }
  try {
    const plan = planStart(readEnvironment())
    const launched = await Promise.race([launch(plan, started, stop.requested, say), aborted(stop.requested)])
    announce(launched, plan.embedded.broker)
    const reason = await firstEnd(launched, stop)
    if (reason === undefined || stop.requested.aborted) return 0
    console.error(`${reason}; stopping the rest.`)
  } catch (error) {
    if (stop.requested.aborted) return 0
    console.error(printableLines(explain(error)))
  } finally {
    if (started.children.length > 0 || started.services) say('Stopping ...')
    await stopAll(started, stop.forced)
  }
  return 1
}

function announce({ config, api, url, workerUrl, services }: Launched, embeddedBroker: boolean): void {
  const runtime = {
    pid: process.pid,
    api_pid: api.pid,
    url,
    database_url: config.database.url,
    ...(config.events === 'kafka' && { brokers: config.kafka.brokers }),
    tenancy_strategy: config.tenancy.strategy
  }
  if (!config.production) writeRuntimeFile(config.dataDir, runtime)
  const lines = summaryLines({
    url,
    workerUrl,
    dataDir: config.dataDir,
    databaseUrl: config.database.url,
    brokers: config.events === 'kafka' ? config.kafka.brokers : undefined,
    postgres: services?.postgres,
    embeddedBroker,
    storage: config.storage.driver === 's3' ? `bucket ${config.storage.bucket}` : config.storage.root,
    seconds: performance.now() / 1000
  })
  lines.forEach(say)
}

/** @returns why something ended unexpectedly, or undefined if the user wants to stop */
function firstEnd({ api, worker, services }: Launched, stop: StopRequests): Promise<string | undefined> {
  const stopped = aborted(stop.requested).catch(() => undefined)
  return Promise.race([stopped, api.ended, worker.ended, ...(services ? [services.died] : [])])
}

/** Our own errors say what to do; for a bug, the location helps. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause ?? error
  const isBug = cause instanceof TypeError || cause instanceof ReferenceError
  return isBug ? `${error.message}\n${cause.stack ?? ''}` : error.message
}

// A closed terminal must not keep us from stopping what we started.
process.stdout.on('error', () => undefined)
process.stderr.on('error', () => undefined)
// Exits explicitly: an open connection must not keep the launcher alive.
process.exit(await main())
