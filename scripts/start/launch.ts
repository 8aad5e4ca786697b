import { loadConfig, type Config } from '../../core/config/config.js'
import { createClient } from '../../db/client.js'
import { createInstallationRepository } from '../../db/main/installation-repository.js'
import { prepareMainDatabase } from '../../db/prepare-main-database.js'
import { startServices, type Services } from '../embedded/start-services.js'
import { openInstallation } from '../operator/installation.js'
import { explainKnown } from '../operator/run.js'
import { migrateFleet } from '../tenants/migrate-fleet.js'
import { startChild, type Child } from './children.js'
import { lockDataDir } from './data-dir-lock.js'
import { fillEnvironment, workerEnvironment, type Plan } from './fill-environment.js'
import { checkPort } from './port-check.js'
import { republishRetained } from './republish.js'

/** Everything that runs, in the order in which it is stopped. */
export interface Launched {
  config: Config
  api: Child
  worker: Child
  url: string
  workerUrl: string
  services: Services | undefined
}

/** Receives each part as soon as it is started, so that a start that fails half-way can be undone. */
export interface Started {
  /** Rejects if the services could not be started or the start was cancelled; none of them runs then. */
  services?: Promise<Services>
  children: Child[]
}

type Say = (line: string) => void

/** Starts everything in the plan, and resolves when the API and the worker are ready. */
export async function launch(plan: Plan, started: Started, stop: AbortSignal, say: Say): Promise<Launched> {
  const { config: draft, embedded } = plan
  const held = draft.production
    ? undefined
    : await lockDataDir(draft.dataDir, draft.shutdown.killAfterMs, say)
  await checkPort('PORT', draft.http.host, draft.http.port)
  if (plan.given['WORKER_PORT'] !== undefined)
    await checkPort('WORKER_PORT', draft.worker.host, draft.worker.port)

  if (embedded.postgres || embedded.broker) {
    say(
      `Starting the embedded ${[embedded.postgres && 'PostgreSQL', embedded.broker && 'Kafka broker'].filter(Boolean).join(' and ')}`
    )
    started.services = startServices({ ...embedded, dataDir: draft.dataDir, onNote: say, signal: stop })
  }
  const services = await started.services
  const environment = fillEnvironment(plan, services)
  const config = loadConfig(environment)
  await doing('The database could not be set up', prepareMainDatabase(config, say))
  if (embedded.postgres) await doing('The event logs could not be opened', openEventLogs(config))
  // The data may be of an earlier version. With a database of yours, you run `npm run migrate` on an upgrade instead.
  if (embedded.postgres) await doing('The tenants could not be migrated', migrateTenants(config, stop, say))
  if (embedded.broker) await doing('Retained events could not be reset', republishRetained(config, say))
  stop.throwIfAborted()

  // An empty variable stays empty: without it, a child would read the setting from the file .env again.
  const childEnvironment = { ...process.env, ...environment }
  const { killAfterMs } = config.shutdown
  const forWorker = { ...childEnvironment, ...workerEnvironment(plan) }
  const api = startChild('The API', 'src/server', childEnvironment, { killAfterMs })
  const worker = startChild('The worker', 'workers/main', forWorker, { killAfterMs })
  started.children.push(api, worker)
  held?.setChildren([api.pid, worker.pid])
  const [url, workerUrl] = await Promise.all([api.ready, worker.ready])
  return { config, api, worker, url, workerUrl, services }
}

/** No other process uses the embedded database, so none runs an earlier version. */
async function openEventLogs(config: Config): Promise<void> {
  const client = createClient(config.database, { max: 1, applicationName: 'strongroom-start' })
  await createInstallationRepository(client)
    .openEventLogs()
    .finally(() => client.close())
}

/**
 * Migrates all tenants. A failed one does not stop the start: the tenant's first use tries again, and its response
 * reports the failure.
 */
async function migrateTenants(config: Config, signal: AbortSignal, say: Say): Promise<void> {
  const installation = openInstallation(config)
  try {
    const { changed, failed } = await migrateFleet(installation, { concurrency: 4, signal })
    if (changed > 0) say(`Migrated ${changed} tenants`)
    if (failed > 0) say(`${failed} tenants could not be migrated; see npm run tenants -- status`)
  } finally {
    await installation.close()
  }
}

/** Adds to an error what failed: "connect ECONNREFUSED" alone helps nobody. */
async function doing<T>(failure: string, work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    const why = explainKnown(error) ?? (error instanceof Error ? error.message : String(error))
    throw new Error(`${failure}: ${why}`, { cause: error })
  })
}

/** Stops what was started: first the API, then the worker, then the services. */
export async function stopAll(started: Started, forced: AbortSignal): Promise<void> {
  const services = await started.services?.catch(() => undefined)
  const force = () => {
    for (const child of started.children) child.kill()
    void services?.stop('immediate')
  }
  forced.addEventListener('abort', force, { once: true })
  for (const child of started.children) await child.stop()
  await services?.stop(forced.aborted ? 'immediate' : 'clean')
}
