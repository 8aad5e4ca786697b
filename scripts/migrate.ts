import { parseArgs } from 'node:util'
import { prepareMainDatabase } from '../db/migrate.js'
import { loadConfig, readEnvironment } from '../src/config.js'
import { migrateTenants } from './migrate-tenants.js'

const HELP = `npm run migrate

Creates the main database when it is missing, brings it to the newest migration, and then every tenant's
database, one after the other. Safe to run at any time and from several places at once. Settings come from the
environment and .env, as for npm start.`

const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' } } })
if (values.help === true) {
  console.log(HELP)
} else {
  await migrateAll()
}

async function migrateAll(): Promise<void> {
  const config = loadConfig(readEnvironment())
  const say = (line: string) => console.log(line)
  await prepareMainDatabase(config, say)
  const tenants = await migrateTenants(config, say)
  say(`The main database and ${tenants} tenants are up to date`)
}
