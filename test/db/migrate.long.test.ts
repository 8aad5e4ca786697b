import { randomBytes } from 'node:crypto'
import postgres from 'postgres'
import t from 'tap'
import { maintenanceUrl, withDatabase } from '../../db/database-url.js'
import { migrate, migrationsOf } from '../../db/migrate.js'
import { testServices } from '../helpers/services.js'

const { databaseUrl } = testServices()
const maintenance = postgres(maintenanceUrl(databaseUrl), { max: 1, onnotice: () => undefined })
const name = `test_${randomBytes(6).toString('hex')}`
t.teardown(() => maintenance.end())

t.test(
  'a migration that cannot get its lock gives up after a minute and says what to look for; the next run applies it',
  async (t) => {
    await maintenance`create database ${maintenance(name)} template template0`
    const url = withDatabase(databaseUrl, name)
    const sql = postgres(url, { max: 1, onnotice: () => undefined })
    t.teardown(async () => {
      await sql.end()
      await maintenance`drop database ${maintenance(name)} with (force)`
    })
    const [newest] = migrationsOf('tenant').slice(-1)
    await migrate(url, 'tenant', migrationsOf('tenant').slice(0, -1))
    await sql.begin(async (writer) => {
      await writer`lock table documents in row exclusive mode`
      await t.rejects(migrate(url, 'tenant'), {
        name: 'TablesInUseError',
        message: new RegExp(`database "${name}" .* pg_stat_activity .* npm run migrate again`)
      })
    })
    t.match(await migrate(url, 'tenant'), { applied: 1, version: newest?.folderMillis })
  }
)
