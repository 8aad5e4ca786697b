import { randomBytes, randomUUID } from 'node:crypto'
import postgres from 'postgres'
import t from 'tap'
import { maintenanceUrl, withDatabase } from '../../db/database-url.js'
import { applyMigrations, migrate, migrationsOf } from '../../db/migrate.js'
import { testServices } from '../helpers/services.js'

const { databaseUrl } = testServices()
const name = `test_${randomBytes(6).toString('hex')}`
const maintenance = postgres(maintenanceUrl(databaseUrl), { max: 1, onnotice: () => undefined })
await maintenance`create database ${maintenance(name)} template template0`
const url = withDatabase(databaseUrl, name)
const sql = postgres(url, { max: 1, onnotice: () => undefined })
t.teardown(async () => {
  await sql.end()
  await maintenance`drop database ${maintenance(name)} with (force)`
  await maintenance.end()
})

/** Inserts an account as code from before services does. */
const insertPerson = (email: string) => sql`
  insert into users (id, email, password_hash, first_name, last_name)
  values (${randomUUID()}, ${email}, 'hash', 'Ada', 'Lovelace')`

t.test('accounts from before services are persons, and code from before services still works', async (t) => {
  const all = migrationsOf('main')
  const before = all.filter(({ name }) => name < '0009')
  t.ok(before.length > 0 && before.length < all.length)
  await sql.begin((transaction) => applyMigrations(transaction, 'main', 'public', before))
  await insertPerson('before@example.com')
  await migrate(url, 'main')
  await insertPerson('after@example.com')
  t.same(
    [...(await sql`select email, kind, owner_tenant_id, operator from users order by email`)],
    [
      { email: 'after@example.com', kind: 'person', owner_tenant_id: null, operator: false },
      { email: 'before@example.com', kind: 'person', owner_tenant_id: null, operator: false }
    ]
  )
})

t.test('invalid kinds of accounts are refused', async (t) => {
  const wrong = [
    sql`insert into users (id, first_name, last_name) values (${randomUUID()}, 'a', 'b')`,
    sql`insert into users (id, kind, email, first_name, last_name) values (${randomUUID()}, 'service', 'x', 'a', '')`,
    sql`insert into users (id, kind, password_hash, first_name, last_name) values (${randomUUID()}, 'service', 'x', 'a', '')`,
    sql`insert into users (id, kind, operator, first_name, last_name) values (${randomUUID()}, 'service', true, 'a', '')`,
    sql`insert into users (id, kind, first_name, last_name) values (${randomUUID()}, 'robot', 'a', '')`,
    sql`update users set kind = 'service'`
  ]
  for (const statement of wrong) await t.rejects(statement, /users_kind/)
  const tenantId = randomUUID()
  await sql`insert into tenants (id, name, database_name, status) values (${tenantId}, 'a', 'a', 'active')`
  await t.rejects(sql`update users set owner_tenant_id = ${tenantId}`, /users_kind/)
  const serviceId = randomUUID()
  await sql`insert into users (id, kind, owner_tenant_id, first_name, last_name)
    values (${serviceId}, 'service', ${tenantId}, 'a', '')`
  await sql`insert into api_keys (id, user_id, name, hash, scopes)
    values (${'k'.repeat(22)}, ${serviceId}, 'a', ${randomBytes(32)}, '[]')`
  await sql`delete from tenants where id = ${tenantId}`
  t.equal((await sql`select from api_keys`).length, 0, "a tenant's services and keys are deleted with it")
})
