import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { loadConfig, readEnvironment, type Config } from '../src/config.js'
import { readRuntime } from './tour/find-server.js'

/**
 * The settings of an installation, for its operator's commands: from the environment and `.env`, or those of a
 * server that `npm start` runs with this data folder.
 * @throws {ConfigError}
 */
export function operatorConfig(): Config {
  const given = readEnvironment()
  if (given['NODE_ENV'] === 'production' || given['DATABASE_URL'] !== undefined) return loadConfig(given)
  const dataDir = resolve(given['DATA_DIR'] ?? '.data')
  const runtime = readRuntime(dataDir)
  if (runtime === undefined) return loadConfig(given)
  const database = new URL(runtime.database_url)
  database.password = readFileSync(join(dataDir, 'postgres.password'), 'utf8').trim()
  const secret = given['JWT_SECRET'] ?? readFileSync(join(dataDir, 'jwt-secret'), 'utf8').trim()
  return loadConfig({
    KAFKA_BROKERS: runtime.brokers,
    ...given,
    DATABASE_URL: database.href,
    JWT_SECRET: secret
  })
}
