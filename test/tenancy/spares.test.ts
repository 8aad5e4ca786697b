import { randomUUID } from 'node:crypto'
import postgres from 'postgres'
import t from 'tap'
import { withDatabase } from '../../db/database-url.js'
import { mainServerNames } from '../../plugins/tenancy/server-names.js'
import { createTenant, signUp, startApi, uploaded, type TestTenant } from '../helpers/api.js'
import { startDatabaseAdapter } from '../helpers/database-adapter.js'
import { createInstallation } from '../helpers/installation.js'
import { serverLeftovers } from '../helpers/leftovers.js'
import { until } from '../helpers/until.js'
import { startWorker } from '../helpers/worker.js'
import { committedEvents } from '../helpers/committed-events.js'

const SPARES = 2
const { config, configWith, sql, databaseSql } = await createInstallation(t, {
  TENANCY_STRATEGY: 'database',
  TENANT_SPARES: String(SPARES)
})
const names = mainServerNames(config.database.url)
const { url } = await startApi(t, config)
const admin = await signUp(url)
const leftovers = () => serverLeftovers(sql, config.database.url)
const spares = async () =>
  (
    await sql<{ name: string }[]>`
  select database_name as name from tenant_spares order by created_at`
  ).map(({ name }) => name)
const full = () => until(async () => (await spares()).length === SPARES && (await leftovers()).length === 0)
/** A process that keeps spares ready. */
const refiller = (settings: Record<string, string> = {}) => startDatabaseAdapter(t, configWith(settings))
const oidOf = async (name: string) =>
  (await sql<{ oid: number }[]>`select oid::int from pg_database where datname = ${name}`)[0]?.oid

await full()

void t.test('a spare becomes a complete tenant, and is replaced', async (t) => {
  const [first = ''] = await spares()
  const oid = await oidOf(first)
  await t.rejects(databaseSql(first)`select 1`, { code: '55000' }, 'a spare accepts no connections')
  const tenant = await createTenant(admin, 'Quick')
  t.equal(await oidOf(tenant.database_name), oid, 'it is the same database')
  t.equal(tenant.status, 'active')
  const events = await sql<{ type: string }[]>`
    select event_type as type from ${committedEvents(sql)} where tenant_id = ${tenant.id} order by sequence`
  t.same(
    events.map(({ type }) => type),
    ['audit.log', 'tenant.created']
  )
  await uploaded(admin, tenant.id, 'content')
  const [database] = await sql`select shobj_description(oid, 'pg_database') as mark,
    has_database_privilege('public', oid, 'connect') as open from pg_database where datname = ${tenant.database_name}`
  t.match(database, {
    mark: names.markOf(tenant.id),
    open: false
  })
  await full()
})

void t.test('more concurrent creations than spares succeed', async (t) => {
  const made = await Promise.all(Array.from({ length: 50 }, () => createTenant(admin, 'Same name')))
  t.equal(new Set(made.map((tenant) => tenant.database_name)).size, 50)
  t.same(new Set(made.map((tenant) => tenant.status)), new Set(['active']))
  await uploaded(admin, String(made.at(-1)?.id), 'content')
  const epochs = made.map(({ database_name }) => databaseSql(database_name)`select epoch from event_state`)
  const distinct = new Set((await Promise.all(epochs)).map(([row]) => String(row?.['epoch'])))
  t.equal(distinct.size, 50, 'each has its own event log')
  await full()
})

void t.test('an Idempotency-Key takes one spare, whatever is repeated', async (t) => {
  const create = () =>
    admin.request<TestTenant>('POST', '/api/tenants', {
      body: JSON.stringify({ name: 'Keyed' }),
      headers: { 'content-type': 'application/json', 'idempotency-key': 'spare' }
    })
  const answers = await Promise.all([create(), create(), create()])
  const ids = answers.filter(({ status }) => status === 201).map(({ body }) => body.data.id)
  t.equal(new Set(ids).size, 1)
  const again = await create()
  t.equal(again.headers.get('idempotency-replayed'), 'true')
  t.match(again.body.data, { id: ids[0], status: 'active' })
  t.equal((await sql`select from tenants where name = 'Keyed'`).length, 1)
  await full()
})

void t.test('tenants are created while a client is connected to template1', async (t) => {
  const sitting = postgres(withDatabase(config.database.url, 'template1'), { max: 1 })
  t.teardown(() => sitting.end())
  await sitting`select 1`
  const [one, other] = [await createTenant(admin), await createTenant(admin)]
  t.same([one.status, other.status], ['active', 'active'])
  await full()
})

void t.test('a spare without its database is skipped and forgotten', async (t) => {
  for (const name of await spares()) await sql`drop database ${sql(name)}`
  const tenant = await createTenant(admin, 'Unlucky')
  t.equal(tenant.status, 'active')
  await uploaded(admin, tenant.id, 'content')
  await full()
})

void t.test('an installation does not touch the database of another with the same name', async (t) => {
  const other = await createInstallation(t, { TENANCY_STRATEGY: 'database', TENANT_SPARES: '1' })
  const strangers = await startApi(t, other.config)
  const stranger = await signUp(strangers.url)
  const theirs = await createTenant(stranger, 'Shared')
  t.not(names.group, mainServerNames(other.config.database.url).group)
  const id = `${theirs.id.slice(0, 8)}-${randomUUID().slice(9)}`
  const place = { id, database_name: theirs.database_name, server: 'main' }
  const { adapter } = refiller()
  await t.rejects(adapter.provision(place), /exists and does not belong to tenant/)
  await t.rejects(adapter.drop(place), /exists and does not belong to tenant/)
  t.equal(
    await sql.begin((transaction) => adapter.adopt(transaction, place)).catch(() => 'rolled back'),
    'rolled back'
  )
  await uploaded(stranger, theirs.id, 'untouched')
})

void t.test('after an upgrade new spares replace the old ones, which are not used', async (t) => {
  const version = (template: string, by: number) =>
    template.replace(/\d{13}/, (time) => String(Number(time) + by))
  const [{ template }] = (await sql`select template from tenant_spares`) as unknown as [{ template: string }]
  const old = version(template, -1)
  const newer = version(template, 1)
  const [first, second] = (await spares()) as [string, string]
  await sql`update tenant_spares set template = ${old} where database_name = ${first}`
  await sql`update tenant_spares set template = ${newer} where database_name = ${second}`
  await sql`create database ${sql(old)} template ${sql(template)} allow_connections false`
  await sql`create database ${sql(newer)} template ${sql(template)} allow_connections false`
  refiller().adapter.refill()
  await until(async () => (await spares()).length === SPARES + 1)
  t.equal(await oidOf(first), undefined)
  t.ok(await oidOf(second), 'the spare of a newer version stays')
  await until(async () => (await oidOf(old)) === undefined)
  t.ok(await oidOf(newer))
  await sql`delete from tenant_spares where database_name = ${second}`
  await sql`drop database ${sql(newer)}`

  await sql`drop database ${sql(template)}`
  for (let round = 0; round <= SPARES; round++) t.equal((await createTenant(admin)).status, 'active')
  await full()
})

void t.test(
  'databases that a killed process left are dropped, and those of a live one are not',
  async (t) => {
    const { template } = (await sql<{ template: string }[]>`select template from tenant_spares`)[0] ?? {
      template: ''
    }
    const [dead, alive] = ['a', 'b'].map((digit) => names.sparePrefix + digit.repeat(32)) as [string, string]
    const maker = postgres(config.database.url, { max: 1 })
    await maker`select pg_advisory_lock(hashtext(${alive}))`
    for (const name of [dead, alive])
      await maker`create database ${maker(name)} template ${maker(template)} allow_connections false`
    refiller().adapter.refill()
    await until(async () => (await oidOf(dead)) === undefined)
    t.ok(await oidOf(alive))
    await maker.end()
    await startWorker(t, configWith({ SWEEP_INTERVAL: '1' }))
    await until(async () => (await oidOf(alive)) === undefined)
  }
)

void t.test('two concurrent refills reduce the spares to a smaller number', async (t) => {
  const [one, other] = [refiller({ TENANT_SPARES: '1' }), refiller({ TENANT_SPARES: '1' })]
  for (const { adapter } of [one, other]) adapter.refill()
  await Promise.all([one, other].map(({ adapter }) => adapter.close()))
  t.same([one.errors, other.errors], [[], []])
  t.equal((await spares()).length, 1)
  t.same(await leftovers(), [])
})
