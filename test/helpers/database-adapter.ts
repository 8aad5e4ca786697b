import type { Test } from 'tap'
import { migrationsOf } from '../../db/migrate.js'
import type { PlaceAdapter } from '../../plugins/tenancy/place-adapter.js'
import { createDatabaseAdapter } from '../../plugins/tenancy/database-adapter.js'
import type { Config } from '../../core/config/config.js'

/** The database strategy by itself, closed when the test ends, and its background errors. */
export function startDatabaseAdapter(t: Test, config: Config): { adapter: PlaceAdapter; errors: unknown[] } {
  const errors: unknown[] = []
  const adapter = createDatabaseAdapter(config, (error) => errors.push(error), {
    migrations: migrationsOf('tenant'),
    record: () => Promise.resolve()
  })
  t.teardown(() => adapter.close())
  return { adapter, errors }
}
