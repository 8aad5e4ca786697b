import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { NEEDED, readEnvironment, type Config } from '../../core/config/config.js'
import { jwtSecret, planStart, tenantRoleSecret } from '../start/fill-environment.js'
import { readRuntime } from '../tour/find-server.js'
import { UsageError } from './run.js'

/**
 * The settings of an operator's command: those of the environment and `.env`, or, if no database is named, of the `npm
 * start` running on the same data folder.
 * @param needed the settings that the command uses: {@link loadConfig}
 * @throws {UsageError} if there is no database to work on; it says what to do
 */
export function operatorSettings(needed = NEEDED.everything): Config {
  const given = readEnvironment()
  if (given['NODE_ENV'] === 'production') return planStart(given, needed).config
  const dataDir = resolve(given['DATA_DIR'] ?? '.data')
  const complete = { ...given, ...(given['DATABASE_URL'] === undefined && runningServices(dataDir)) }
  const secrets = { JWT_SECRET: jwtSecret(dataDir), TENANT_ROLE_SECRET: tenantRoleSecret(dataDir) }
  return planStart({ ...secrets, ...complete }, needed).config
}

/** The addresses of the services that `npm start` runs on the data folder. */
function runningServices(dataDir: string): Record<string, string> {
  const runtime = readRuntime(dataDir)
  if (runtime === undefined)
    throw new UsageError(
      `No database to work on: set DATABASE_URL, or first run \`npm start\` with the data folder ${dataDir}.`
    )
  const database = new URL(runtime.database_url)
  database.password = readFileSync(join(dataDir, 'postgres.password'), 'utf8').trim()
  return {
    DATABASE_URL: database.href,
    ...(runtime.brokers !== undefined && { KAFKA_BROKERS: runtime.brokers }),
    TENANCY_STRATEGY: runtime.tenancy_strategy
  }
}
