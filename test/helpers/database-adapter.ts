import type { Test } from 'tap'
import { createClient } from '../../db/client.js'
import { holdInside } from '../../db/main/hold-tenant.js'
import { MAIN_SERVER } from '../../db/main/schema.js'
import { migrationsOf } from '../../db/migrate.js'
import type { PlaceAdapter } from '../../plugins/tenancy/place-adapter.js'
import { createDatabaseAdapter } from '../../plugins/tenancy/database-adapter.js'
import { mainServerNames } from '../../plugins/tenancy/server-names.js'
import type { Config } from '../../core/config/config.js'

/** The database strategy without an application, closed when the test ends, and its background errors. */
export function startDatabaseAdapter(t: Test, config: Config): { adapter: PlaceAdapter; errors: unknown[] } {
  const errors: unknown[] = []
  const main = createClient(config.database, { max: 2, applicationName: 'strongroom-test' })
  const adapter = createDatabaseAdapter(config, (error) => errors.push(error), {
    server: MAIN_SERVER,
    names: mainServerNames(config.database.url),
    records: main.sql,
    hold: holdInside,
    migrations: migrationsOf('tenant'),
    record: () => Promise.resolve()
  })
  t.teardown(async () => {
    await adapter.close()
    await main.close()
  })
  return { adapter, errors }
}
