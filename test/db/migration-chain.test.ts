import { randomBytes } from 'node:crypto'
import postgres from 'postgres'
import t from 'tap'
import { maintenanceUrl, withDatabase } from '../../db/database-url.js'
import { applyMigrations, migrationsOf } from '../../db/migrate.js'
import { testServices } from '../helpers/services.js'
import { describeSchema } from './describe-schema.js'

const migrations = migrationsOf('tenant')
const { databaseUrl } = testServices()
const prefix = `test_${randomBytes(6).toString('hex')}`
const maintenance = postgres(maintenanceUrl(databaseUrl), { max: 1, onnotice: () => undefined })
t.teardown(() => maintenance.end())

/** A database of its own, dropped when the tests end. */
async function createDatabase(name: string): Promise<postgres.Sql> {
  await maintenance`create database ${maintenance(name)} template template0`
  const sql = postgres(withDatabase(databaseUrl, name), { max: 1, onnotice: () => undefined })
  t.teardown(async () => {
    await sql.end()
    await maintenance`drop database ${maintenance(name)} with (force)`
  })
  return sql
}

t.test('every migration produces the same tables in a database and in a schema', async (t) => {
  const shared = await createDatabase(prefix)
  for (let length = 1; length <= migrations.length; length++) {
    const start = migrations.slice(0, length)
    const own = await createDatabase(`${prefix}_${length}`)
    const schema = `tenant_after_${length}_0123abcd`
    await shared`create schema ${shared(schema)}`
    for (const [step, part] of Object.entries({ first: start, 'the remaining migrations': migrations })) {
      await own.begin((transaction) => applyMigrations(transaction, 'tenant', 'public', part))
      await shared.begin((transaction) => applyMigrations(transaction, 'tenant', schema, part))
      const described = await describeSchema(own, 'public')
      t.same(await describeSchema(shared, schema), described, `${length} of ${migrations.length}, ${step}`)
      t.ok(described.length > 20, 'something was compared')
    }
  }
  t.same(await describeSchema(shared, 'public'), [], 'nothing of a tenant is in "public"')
})
