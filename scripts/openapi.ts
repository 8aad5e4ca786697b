/** `npm run openapi`: writes the API description as files to commit. */
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { prepareMainDatabase } from '../db/prepare-main-database.js'
import { buildApp } from '../src/app.js'
import { loadConfig } from '../core/config/config.js'
import { createLogger } from '../core/logger.js'
import { startServices, type Services } from './embedded/start-services.js'
import { clientTypes } from './openapi/client-types.js'
import { errorsDocument } from './openapi/errors-document.js'
import { eventsDocument } from './openapi/events-document.js'

const HELP = `Usage: npm run openapi

Writes openapi.yaml, as GET /openapi.yaml returns it with the default settings. Generates client/schema.ts, the client's
types, from it, docs/ERRORS.md from the table of errors, and docs/EVENTS.md from the schemas of events. Starts the
application on throw-away services to do so.
Tests fail while one of these files is out of date.`

/** The project's root, in which npm runs commands. */
const ROOT = process.cwd()

/** The description that the running application returns. */
async function readDescription(services: Services, dataDir: string): Promise<string> {
  const config = loadConfig({
    DATABASE_URL: services.databaseUrl('openapi'),
    KAFKA_BROKERS: String(services.brokers),
    DATA_DIR: join(dataDir, 'api'),
    TENANT_SPARES: '0',
    TENANT_LOGIN_ROLES: 'false',
    JWT_SECRET: 'only for generating the API description',
    SECRETS_KEY: Buffer.alloc(32).toString('base64'),
    TENANT_ROLE_SECRET: 'only for generating the API description',
    LOG_LEVEL: 'error'
  })
  await prepareMainDatabase(config, () => undefined)
  const app = await buildApp(config, createLogger(config.logLevel, 'api'))
  try {
    const { statusCode, body } = await app.inject('/openapi.yaml')
    if (statusCode !== 200) throw new Error(`GET /openapi.yaml answered ${statusCode}: ${body}`)
    return body
  } finally {
    await app.close()
  }
}

async function main(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'strongroom-openapi-'))
  // If root runs this, PostgreSQL runs as another user, who must be able to enter.
  chmodSync(dataDir, 0o711)
  console.log('Starting the application on throw-away services ...')
  const services = await startServices({ postgres: true, broker: true, dataDir, removeAfter: true })
  try {
    const description = await readDescription(services, dataDir)
    writeFileSync(join(ROOT, 'openapi.yaml'), description)
    writeFileSync(join(ROOT, 'client/schema.ts'), await clientTypes(description))
    writeFileSync(join(ROOT, 'docs/ERRORS.md'), errorsDocument())
    writeFileSync(join(ROOT, 'docs/EVENTS.md'), eventsDocument())
    console.log('Written: openapi.yaml, client/schema.ts, docs/ERRORS.md, docs/EVENTS.md')
  } finally {
    await services.stop('immediate')
  }
}

if (process.argv.includes('--help') || process.argv.includes('-h')) console.log(HELP)
else await main()
