import { randomBytes } from 'node:crypto'
import postgres from 'postgres'
import t from 'tap'
import { createClient } from '../../db/client.js'
import { maintenanceUrl, withDatabase } from '../../db/database-url.js'
import { migrate } from '../../db/migrate.js'
import { createTenantStore } from '../../db/tenant/store.js'
import { testServices } from '../helpers/services.js'

/** The migrated database of a tenant without an installation, dropped when the file's tests end. */
export async function createTenantDatabase(connections: number) {
  const { databaseUrl } = testServices()
  const name = `test_${randomBytes(6).toString('hex')}`
  const url = withDatabase(databaseUrl, name)
  const maintenance = postgres(maintenanceUrl(databaseUrl), { max: 1, onnotice: () => undefined })
  await maintenance`create database ${maintenance(name)}`
  await migrate(url, 'tenant')
  const client = createClient(url, { max: connections, applicationName: 'strongroom-test' })
  t.teardown(async () => {
    await client.close()
    await maintenance`drop database ${maintenance(name)} with (force)`
    await maintenance.end()
  })
  return { client, store: createTenantStore(client) }
}
