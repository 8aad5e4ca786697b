import { randomBytes, randomUUID } from 'node:crypto'
import { getTableColumns } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'
import postgres from 'postgres'
import t from 'tap'
import { maintenanceUrl, withDatabase } from '../../db/database-url.js'
import { tenants } from '../../db/main/schema.js'
import { shownTenantColumns } from '../../db/main/tenant-row.js'
import { applyMigrations, migrationsOf } from '../../db/migrate.js'
import type { MigrationTarget } from '../../db/migration-target.js'
import { documentColumns, fileColumns } from '../../db/tenant/rows.js'
import { documents, files } from '../../db/tenant/schema.js'
import { testServices } from '../helpers/services.js'

/** The newest migrations of version 0.1.0. */
const RELEASED: Record<MigrationTarget, string> = { main: '0006_purging', tenant: '0006_fold_in_passing' }

/** A database with the migrations up to `newest`, dropped when the tests end. */
async function createDatabase(target: MigrationTarget, newest: string): Promise<postgres.Sql> {
  const { databaseUrl } = testServices()
  const name = `test_${randomBytes(6).toString('hex')}`
  const maintenance = postgres(maintenanceUrl(databaseUrl), { max: 1, onnotice: () => undefined })
  await maintenance`create database ${maintenance(name)} template template0`
  const db = postgres(withDatabase(databaseUrl, name), { max: 2, onnotice: () => undefined })
  t.teardown(async () => {
    await db.end()
    await maintenance`drop database ${maintenance(name)} with (force)`
    await maintenance.end()
  })
  const migrations = migrationsOf(target).filter((migration) => migration.name <= newest)
  await db.begin((transaction) => applyMigrations(transaction, target, 'public', migrations))
  return db
}

const MANY = 1_000
const tenant = await createDatabase('tenant', RELEASED.tenant)
const main = await createDatabase('main', RELEASED.main)

/** Adds rows as version 0.1.0 does. */
async function addRows(count: number): Promise<void> {
  await tenant`with file as (
      insert into files (id, md5_hash, sha256, file_size, s3_path)
      select id, md5(id::text), encode(sha256(id::text::bytea), 'hex'), 1, id
      from (select gen_random_uuid() as id from generate_series(1, ${count}::int)) new returning id
    )
    insert into documents (id, filename, mime_type, file_id, user_id) select id, 'a', 'text/plain', id, id from file`
  await main`insert into tenants (id, name, database_name, status)
    select id, 'Acme', id, 'active' from (select gen_random_uuid() as id from generate_series(1, ${count}::int)) new`
}
const TABLES = [
  { db: tenant, name: 'documents', table: documents, shown: documentColumns(documents) },
  { db: tenant, name: 'files', table: files, shown: fileColumns(files) },
  { db: main, name: 'tenants', table: tenants, shown: shownTenantColumns }
] as const satisfies { db: postgres.Sql; name: string; table: PgTable; shown: object }[]

const placeOf = async (db: postgres.Sql, name: string) =>
  (await db<{ place: number }[]>`select relfilenode as place from pg_class where relname = ${name}`)[0]?.place
const revisionsIn = async (db: postgres.Sql, name: string) =>
  (await db<{ revision: number }[]>`select distinct revision from ${db(name)} order by 1`).map(
    (row) => row.revision
  )

t.test('rows of version 0.1.0 get revision 1 without being rewritten', async (t) => {
  await addRows(MANY)
  const before = await Promise.all(TABLES.map(({ db, name }) => placeOf(db, name)))
  for (const [db, target] of [
    [tenant, 'tenant'],
    [main, 'main']
  ] as const)
    await db.begin((transaction) => applyMigrations(transaction, target))
  for (const [index, { db, name }] of TABLES.entries()) {
    t.equal(await placeOf(db, name), before[index], `${name}: the table was not rewritten`)
    t.same(await revisionsIn(db, name), [1], name)
    const [rows] = await db<
      { xmins: number }[]
    >`select count(distinct xmin::text)::int as xmins from ${db(name)}`
    t.equal(rows?.xmins, 1, `${name}: its rows were not rewritten`)
  }
  await addRows(1)
  for (const { db, name } of TABLES)
    t.same(await revisionsIn(db, name), [1], `${name}: code of 0.1.0 still works`)
})

/** A different value for each column. */
const OTHER: Record<string, postgres.SerializableParameter | { a: number }> = {
  created_at: '2020-01-01T00:00:00Z',
  updated_at: '2020-01-01T00:00:00Z',
  created_by: randomUUID(),
  filename: 'b',
  mime_type: 'text/html',
  charset: 'utf-8',
  file_id: 'another file',
  user_id: randomUUID(),
  on_behalf_of: 'another user',
  external_id: 'b',
  metadata: { a: 1 },
  tags: ['a'],
  folder: '/a/',
  md5_hash: '0'.repeat(32),
  sha256: '0'.repeat(64),
  file_size: '2',
  s3_path: 'elsewhere',
  verified_at: '2020-01-01T00:00:00Z',
  verification: 'missing',
  detected_type: 'text/html',
  lease_owner: randomUUID(),
  lease_until: '2020-01-01T00:00:00Z',
  name: 'Other',
  database_name: 'other',
  is_active: 'false',
  status: 'failed',
  deleted_at: '2020-01-01T00:00:00Z',
  server: 'other',
  generation: '2'
}

t.test('a change raises the revision only if answers show it', async (t) => {
  await main`insert into servers (name, strategy) values ('other', 'schema')`
  for (const { db, name, table, shown } of TABLES)
    for (const column of Object.keys(getTableColumns(table))) {
      if (column === 'id' || column === 'revision') continue
      const other = OTHER[column]
      if (other === undefined) throw new Error(`Give ${name}.${column} another value here`)
      await db.begin(async (transaction) => {
        const [row] = await transaction<
          { id: string; revision: number }[]
        >`select id, revision from ${transaction(name)} limit 1`
        const set = async (value: (typeof OTHER)[string]) => {
          const [changed] = await transaction<{ revision: number }[]>`
            update ${transaction(name)} set ${transaction(column)} = ${value as string} where id = ${String(row?.id)} returning revision`
          return changed?.revision
        }
        const [file] = await transaction<{ id: string }[]>`
          select id from ${transaction(column === 'file_id' ? 'files' : name)} where id <> ${String(row?.id)} limit 1`
        const value = column === 'file_id' ? String(file?.id) : other
        const expected = Number(row?.revision) + (column in shown ? 1 : 0)
        t.equal(await set(value), expected, `${name}.${column}`)
        t.equal(await set(value), expected, `${name}.${column}: an equal value changes nothing`)
      })
    }
})
