import { parseArgs } from 'node:util'
import { createClient } from '../db/client.js'
import { createTenantRepository } from '../db/main/tenants-repository.js'
import { prepareMainDatabase } from '../db/migrate.js'
import { createDatabaseAdapter } from '../plugins/tenancy/database-adapter.js'
import { loadConfig, readEnvironment } from '../src/config.js'
import { everyActiveTenant } from '../workers/every-tenant.js'

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
  await prepareMainDatabase(config.database.url, (line) => console.log(line))
  const main = createClient(config.database.url, { max: 1, applicationName: 'strongroom-migrate' })
  const tenancy = createDatabaseAdapter(config, (error) => console.error(error))
  let tenants = 0
  for await (const tenant of everyActiveTenant(createTenantRepository(main))) {
    const applied = await tenancy.migrate(tenant)
    tenants += 1
    if (applied > 0) console.log(`${tenant.database_name}: ${applied} applied`)
  }
  console.log(`The main database and ${tenants} tenants are up to date`)
  await tenancy.close()
  await main.close()
}
