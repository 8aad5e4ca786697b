import { randomBytes } from 'node:crypto'
import postgres from 'postgres'
import t from 'tap'
import { maintenanceUrl, withDatabase } from '../../db/database-url.js'
import { TenancyStrategyError, type TenancyStrategy } from '../../db/main/installation-repository.js'
import { migrate, migrationsOf, NewerDatabaseError } from '../../db/migrate.js'
import { prepareMainDatabase } from '../../db/prepare-main-database.js'
import { testServices } from '../helpers/services.js'

/** The URL of a database that does not exist yet and is dropped when the test ends. */
function freshDatabase(): string {
  const { databaseUrl } = testServices()
  const name = `test_${randomBytes(6).toString('hex')}`
  t.teardown(async () => {
    const sql = postgres(maintenanceUrl(databaseUrl), { max: 1, onnotice: () => undefined })
    await sql`drop database if exists ${sql(name)} with (force)`
    await sql.end()
  })
  return withDatabase(databaseUrl, name)
}

const settingsOf = (url: string, strategy: TenancyStrategy = 'database') => ({
  database: { url, directUrl: url, pooled: false },
  tenancy: { strategy }
})

async function query<Row extends object>(url: string, text: string): Promise<Row[]> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  try {
    return [...(await sql.unsafe<Row[]>(text))]
  } finally {
    await sql.end()
  }
}

t.test('ten concurrent processes create and migrate a database once', async (t) => {
  const url = freshDatabase()
  const lines: string[] = []
  await Promise.all(
    Array.from({ length: 10 }, () => prepareMainDatabase(settingsOf(url), (line) => lines.push(line)))
  )
  t.equal(lines.filter((line) => line.startsWith('Created')).length, 1)
  t.equal(lines.filter((line) => line.startsWith('Applied')).length, 1)
  const applied = await query<{ hash: string }>(url, 'select hash from schema_migrations order by created_at')
  t.same(
    applied.map((row) => row.hash),
    migrationsOf('main').map((migration) => migration.hash)
  )
  t.equal((await migrate(url, 'main')).applied, 0, 'nothing is left to do')
})

t.test('a database migrated by a newer version is refused', async (t) => {
  const url = freshDatabase()
  await prepareMainDatabase(settingsOf(url), () => undefined)
  await query(
    url,
    "insert into schema_migrations (created_at, hash) values (9999999999999, 'from the future')"
  )
  await t.rejects(migrate(url, 'main'), NewerDatabaseError)
})

t.test('a database is closed to other logins before it is migrated', async (t) => {
  const url = freshDatabase()
  await prepareMainDatabase(settingsOf(url), () => undefined)
  await query(url, `grant connect on database "${new URL(url).pathname.slice(1)}" to public`)
  await query(
    url,
    "insert into schema_migrations (created_at, hash) values (9999999999999, 'from the future')"
  )
  await t.rejects(
    prepareMainDatabase(settingsOf(url), () => undefined),
    NewerDatabaseError
  )
  t.same(await query(url, "select has_database_privilege('public', current_database(), 'connect') as open"), [
    { open: false }
  ])
})

t.test('a failed migration leaves nothing behind', async (t) => {
  const url = freshDatabase()
  await query(maintenanceUrl(url), `create database "${new URL(url).pathname.slice(1)}"`)
  // The migration's last table already exists, so it fails late.
  await query(url, 'create table users (id int)')
  await t.rejects(migrate(url, 'main'), { code: '42P07' })
  const tables = await query<{ tablename: string }>(
    url,
    "select tablename from pg_tables where schemaname = 'public'"
  )
  t.same(
    tables.map((row) => row.tablename),
    ['users']
  )
  await query(url, 'drop table users')
  t.equal(
    (await migrate(url, 'main')).applied,
    migrationsOf('main').length,
    'it is applied once the cause is gone'
  )
})

t.test('the tenancy strategy can be changed only while there are no tenants', async (t) => {
  const url = freshDatabase()
  const prepare = (strategy: TenancyStrategy) =>
    prepareMainDatabase(settingsOf(url, strategy), () => undefined)
  await prepare('database')
  await prepare('schema')
  await query(
    url,
    "insert into tenants (id, name, database_name, status) values (gen_random_uuid(), 'a', 'a', 'provisioning')"
  )
  await prepare('schema')
  const error: unknown = await prepare('database').catch((error: unknown) => error)
  t.ok(error instanceof TenancyStrategyError)
  t.match(error, { message: /^TENANCY_STRATEGY is database, but .* set it to schema/ })
})

t.test(
  'accounts of the last release count as verified, and have no permission to create tenants',
  async (t) => {
    const url = freshDatabase()
    await query(
      maintenanceUrl(url),
      `create database "${new URL(url).pathname.slice(1)}" template template0 encoding 'UTF8'`
    )
    const before = migrationsOf('main').filter(({ name }) => name < '0012')
    await migrate(url, 'main', before)
    const insert = (id: number) =>
      query(
        url,
        `insert into users (id, email, password_hash, first_name, last_name)
        values ('00000000-0000-4000-8000-00000000000${id}', '${id}@example.com', 'x', 'a', 'b')`
      )
    await insert(1)
    await prepareMainDatabase(settingsOf(url), () => undefined)
    // A process of the last release is still running.
    await insert(2)
    const rows = await query(
      url,
      'select email_verified_at is not null as verified, may_create_tenants from users order by id'
    )
    t.same(rows, [
      { verified: true, may_create_tenants: false },
      { verified: false, may_create_tenants: false }
    ])
  }
)
