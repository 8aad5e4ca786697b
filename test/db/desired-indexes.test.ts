import { randomBytes } from 'node:crypto'
import postgres from 'postgres'
import t, { type Test } from 'tap'
import { maintenanceUrl, withDatabase, withLogin } from '../../db/database-url.js'
import { buildIndexes, endBuilds, inspectUnfinished } from '../../db/indexes/build-indexes.js'
import { desiredIndexes } from '../../db/indexes/desired-indexes.js'
import type { Unfinished } from '../../db/indexes/unfinished.js'
import { SQLSTATE } from '../../db/error-codes.js'
import { migrate, migrationsOf } from '../../db/migrate.js'
import type { MigrationTarget } from '../../db/migration-target.js'
import { takeBackTables } from '../helpers/earlier-tables.js'
import { testServices } from '../helpers/services.js'
import { until } from '../helpers/until.js'

const { databaseUrl } = testServices()
const maintenance = postgres(maintenanceUrl(databaseUrl), { max: 1, onnotice: () => undefined })
t.teardown(() => maintenance.end())

/** A migrated database, dropped when the test ends. */
async function migrated(t: Test, target: MigrationTarget) {
  const name = `test_${randomBytes(6).toString('hex')}`
  await maintenance`create database ${maintenance(name)} template template0`
  const url = withDatabase(databaseUrl, name)
  const sql = postgres(url, { max: 3, onnotice: () => undefined })
  t.teardown(async () => {
    await sql.end()
    await maintenance`drop database ${maintenance(name)} with (force)`
  })
  await migrate(url, target)
  return { sql, place: { url, target, schema: 'public' } }
}

const definitions = async (sql: postgres.Sql) =>
  (
    await sql<{ definition: string }[]>`select pg_get_indexdef(indexrelid) as definition from pg_index
      join pg_class on pg_class.oid = indrelid where relnamespace = 'public'::regnamespace and indisvalid
      order by 1`
  ).map(({ definition }) => definition)

/** Adds more rows than a migration builds an index for. */
const fill = (sql: postgres.Sql) => sql`
  with file as (
    insert into files (id, md5_hash, sha256, file_size, s3_path)
    values (gen_random_uuid(), repeat('0', 32), repeat('0', 64), 1, 'x') returning id
  )
  insert into documents (id, filename, mime_type, file_id, user_id)
  select gen_random_uuid(), 'name ' || n, 'text/plain', file.id, gen_random_uuid()
  from file, generate_series(1, 10001) n`

for (const target of ['main', 'tenant'] as const)
  t.test(`the indexes in the schema files are those that migrations create: ${target}`, async (t) => {
    const { sql, place } = await migrated(t, target)
    t.same(await inspectUnfinished(place), [], 'a new database has all of them')
    const before = await definitions(sql)
    for (const { name } of desiredIndexes(target)) await sql`drop index ${sql(name)}`
    t.equal((await inspectUnfinished(place)).length, desiredIndexes(target).length)
    t.match(await buildIndexes(place), {
      finished: true,
      built: desiredIndexes(target).map(({ name }) => name)
    })
    t.same(await definitions(sql), before)
    const some =
      target === 'main'
        ? `CREATE INDEX users_bcrypt_cost ON public.users USING btree (substr((password_hash)::text, 5, 2)) WHERE ((password_hash)::text ~~ '$2%'::text)`
        : 'CREATE INDEX documents_media_type ON public.documents USING btree (lower((mime_type)::text), created_at, id)'
    t.ok(before.includes(some), some)
    t.same(await buildIndexes(place), { built: [], finished: true }, 'nothing is left to do')
  })

t.test(
  'a migration leaves the indexes of large tables to be built, and constraints to be validated',
  async (t) => {
    const { sql, place } = await migrated(t, 'tenant')
    await fill(sql)
    await sql`drop index documents_media_type`
    await sql`drop index files_created`
    await sql`alter table documents add constraint documents_note check (length(mime_type) < 50) not valid`
    const released = migrationsOf('tenant').find(({ name }) => name === '0006_fold_in_passing')
    await sql`delete from schema_migrations where created_at > ${released?.folderMillis ?? 0}`
    await sql`create index documents_mime_type on documents (mime_type, created_at, id)`
    await takeBackTables(sql)
    await migrate(place.url, 'tenant')
    const missing = ['external_id', 'folder', 'own_data', 'on_behalf_of', 'media_type']
    const unvalidated = ['external_id', 'folder', 'metadata', 'note', 'tags']
    const left = [
      ...missing.map((name) => ({ name: `documents_${name}`, table: 'documents', state: 'missing' })),
      ...unvalidated.map((name) => ({ name: `documents_${name}`, table: 'documents', state: 'unvalidated' }))
    ]
    t.same(await inspectUnfinished(place), left)
    const withExternalId = (externalId: string | null) =>
      sql`update documents set external_id = ${externalId} where filename = 'name 1'`
    await withExternalId(null)
    await t.rejects(
      withExternalId('a'),
      { code: SQLSTATE.indexMissing },
      'without its index, nothing would keep it unique'
    )
    t.match(await buildIndexes(place), { built: left.map(({ name }) => name), finished: true })
    t.same(await inspectUnfinished(place), [])
    await withExternalId('a')
    await t.rejects(sql`update documents set external_id = 'a' where filename = 'name 2'`, {
      code: SQLSTATE.uniqueViolation
    })
  }
)

t.test('a login that holds the lock of builds keeps nobody waiting', async (t) => {
  const { sql, place } = await migrated(t, 'tenant')
  await sql`drop index files_created`
  const login = `hostile_${randomBytes(4).toString('hex')}`
  await sql.unsafe(`create role ${login} login password 'x'`)
  const hostile = postgres(withLogin(place.url, { username: login, password: 'x' }), { max: 1 })
  await hostile`select pg_advisory_lock(hashtext('strongroom indexes'))`
  await t.rejects(buildIndexes(place, { wait: true }), {
    name: 'UnfinishedIndexError',
    message: new RegExp(login)
  })
  await hostile.end()
  await sql.unsafe(`drop role ${login}`)
  t.match(await buildIndexes(place, { wait: true }), { built: ['files_created'], finished: true })
})

t.test('only one build runs at a time; a migration ends it, and the next build starts over', async (t) => {
  const { sql, place } = await migrated(t, 'tenant')
  await fill(sql)
  await sql`drop index documents_media_type`
  // An index build waits for transactions that write.
  const writer = await sql.reserve()
  await writer`begin`
  await writer`update documents set filename = 'x' where filename = 'name 1'`
  const seen: Unfinished[] = []
  const first = buildIndexes(place, { onProgress: (unfinished) => seen.push(unfinished) })
  const ended = t.rejects(first, {
    name: 'UnfinishedIndexError',
    message: /documents_media_type .* migrate again/
  })
  await until(async () => seen.some(({ state }) => state === 'building'))
  t.match(await inspectUnfinished(place), [{ name: 'documents_media_type', state: 'building' }])
  t.same(await buildIndexes(place), { built: [], finished: false }, 'a second build does nothing')
  await sql.begin((transaction) => endBuilds(transaction, 'public'))
  await ended
  t.match(await inspectUnfinished(place), [{ name: 'documents_media_type', state: 'invalid' }])
  await writer`commit`
  writer.release()
  t.same(await buildIndexes(place, { wait: true }), { built: ['documents_media_type'], finished: true })
  t.same(await inspectUnfinished(place), [])
})
