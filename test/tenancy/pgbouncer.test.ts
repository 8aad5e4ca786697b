import { randomBytes } from 'node:crypto'
import pLimit from 'p-limit'
import postgres from 'postgres'
import t, { type Test } from 'tap'
import { resource } from '../../plugins/resources.js'
import { databaseName, withDatabase } from '../../db/database-url.js'
import { migrationsOf } from '../../db/migrate.js'
import { prepareMainDatabase } from '../../db/prepare-main-database.js'
import { createTenant, signUp, startApi, uploaded, type Page, type TestDocument } from '../helpers/api.js'
import { createInstallation, dropInstallation } from '../helpers/installation.js'
import { startPgbouncer } from '../helpers/pgbouncer.js'
import { testServices } from '../helpers/services.js'
import { requireTool } from '../helpers/tools.js'

const program = requireTool(t, ['pgbouncer'])

/** A new installation whose main database is created, migrated and used through PgBouncer. */
async function startPooled(t: Test, strategy: 'database' | 'schema') {
  const { databaseUrl } = testServices()
  const pooler = await startPgbouncer(t, program, databaseUrl)
  const { config, configWith, databaseSql } = await createInstallation(t)
  const name = `${databaseName(config.database.url)}_pooled`
  const pooled = configWith({
    TENANCY_STRATEGY: strategy,
    DATABASE_URL: withDatabase(pooler, name),
    DATABASE_DIRECT_URL: withDatabase(databaseUrl, name)
  })
  const direct = databaseSql(name)
  t.teardown(async () => {
    const tenants = await direct<{ database_name: string }[]>`select database_name from tenants`
    await direct.end()
    const names = tenants.map((tenant) => tenant.database_name)
    await dropInstallation(pooled.database.directUrl, strategy === 'database' ? names : [])
  })
  const lines: string[] = []
  await prepareMainDatabase(pooled, (line) => lines.push(line))
  t.equal(lines.length, 2, 'the main database was created and migrated')
  return { config: pooled, direct, ...(await startApi(t, pooled)) }
}

async function tryTwoTenants(t: Test): Promise<void> {
  const { app, config, url, direct } = await startPooled(t, 'schema')

  // Every connection to the server except the listening one and this test's.
  const backends = async () =>
    (
      await direct<{ pid: number }[]>`select pid from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()
          and application_name not in ('strongroom-listener', 'postgres.js')`
    ).map(({ pid }) => pid)

  const people = await Promise.all(['ada', 'bob'].map((name) => signUp(url, name)))
  const sides = await Promise.all(
    people.map(async (client, side) => {
      const tenant = await createTenant(client, `Side ${side}`)
      return { client, tenant, canary: `canary-${side}-${randomBytes(8).toString('hex')}` }
    })
  )
  const migrated = await Promise.all(sides.map(({ tenant }) => resource(app, 'places').migrate(tenant)))
  t.same(
    migrated.map(({ applied }) => applied),
    [0, 0],
    'provisioning has migrated both'
  )

  // Both have the same names and contents, so a misrouted statement would find something.
  // More requests at once than connections, but not too many for a slow machine.
  const limit = pLimit(8)
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, n) =>
      limit(async () => {
        const { client, tenant, canary } = sides[n % 2] as (typeof sides)[number]
        const path = `/api/tenants/${tenant.id}/documents`
        const content = n % 4 < 2 ? `same-${n >> 2}` : `${canary}-${n}`
        const document = await uploaded(client, tenant.id, content, { filename: `${canary}-${n}` })
        const list = await client.get<Page<TestDocument>>(`${path}?per_page=100`)
        const one = await client.get(`${path}/${document.id}`)
        const gone = n % 8 < 2 ? await client.delete(`${path}/${document.id}`) : undefined
        return {
          side: n % 2,
          statuses: [list.status, one.status, gone?.status ?? 200],
          list,
          one
        }
      })
    )
  )
  for (const [side, { client, tenant, canary }] of sides.entries()) {
    const own = answers.filter((answer) => answer.side === side)
    for (const { statuses, list, one } of own) {
      t.same(statuses, [200, 200, 200])
      const names = [...list.body.data.items, one.body.data].map((document) => String(document['filename']))
      t.same(
        names.filter((name) => !name.startsWith(canary)),
        [],
        'nothing foreign'
      )
    }
    const schema = direct(tenant.database_name)
    const owners =
      await direct`select tenant_id from ${schema}.outbox union select tenant_id from ${schema}.events`
    t.same([...owners], [{ tenant_id: tenant.id }], 'only its own events')
    const [rows] = await direct`select (select count(*)::int from ${schema}.documents) as documents,
      count(*)::int as files, sum(file_size)::int as bytes from ${schema}.files`
    const usage = await client.get(`/api/tenants/${tenant.id}/usage`)
    t.match(usage.body.data, { ...rows }, 'the triggers counted in the tenant’s own tables')
    t.equal(rows?.['documents'], 15)
    const versions = await direct`select from ${schema}.schema_migrations`
    t.equal(versions.length, migrationsOf('tenant').length)
  }

  t.equal((await backends()).length, 1, 'all of it went over one connection')
  // This client of the pooler sees the state that the tenants left on that connection.
  const through = postgres(config.database.url, { max: 1, prepare: false, fetch_types: false })
  const [left] = await through`select current_setting('search_path') as search_path,
    current_setting('statement_timeout') as statement_timeout,
    current_setting('idle_in_transaction_session_timeout') as idle_timeout,
    (select count(*)::int from pg_prepared_statements) as prepared,
    (select count(*)::int from pg_locks join pg_database on pg_database.oid = database
      where locktype = 'advisory' and datname = current_database()) as locks`
  await through.end()
  t.same(left, {
    ...{ search_path: '"$user", public', statement_timeout: '30s', idle_timeout: '1min' },
    ...{ prepared: 0, locks: 0 }
  })
  const [inPublic] =
    await direct`select count(*)::int as count from pg_class where relname in ('documents', 'files')
    and relnamespace = 'public'::regnamespace`
  t.same(inPublic, { count: 0 })
}

t.test('two tenants work on one connection of PgBouncer in transaction mode', tryTwoTenants)

t.test("tenants' databases are used through PgBouncer, with our limits", async (t) => {
  const { config, url, direct } = await startPooled(t, 'database')
  const client = await signUp(url, 'ada')
  for (const name of ['One', 'Other']) {
    const tenant = await createTenant(client, name)
    const document = await uploaded(client, tenant.id, `content of ${name}`)
    const path = `/api/tenants/${tenant.id}/documents`
    t.equal((await client.get(`${path}/${document.id}`)).status, 200)
    t.equal((await client.delete(`${path}/${document.id}`)).status, 200)
    const through = postgres(withDatabase(config.database.url, tenant.database_name), {
      ...{ max: 1, prepare: false, fetch_types: false }
    })
    const [session] = await through`select current_setting('statement_timeout') as statement_timeout,
      current_setting('idle_in_transaction_session_timeout') as idle_timeout,
      (select count(*)::int from pg_prepared_statements) as prepared`
    await through.end()
    t.same(session, { statement_timeout: '30s', idle_timeout: '1min', prepared: 0 })
  }
  const tenants = await direct`select from tenants where status = 'active'`
  t.equal(tenants.length, 2)
})
