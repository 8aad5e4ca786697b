import { randomUUID } from 'node:crypto'
import { readdirSync } from 'node:fs'
import t, { type Test } from 'tap'
import { createClient } from '../../db/client.js'
import { createTenancyRecords } from '../../db/main/tenancy-records.js'
import { migrationsOf, NewerDatabaseError, type Migration } from '../../db/migrate.js'
import { OLDEST_CODE } from '../../db/tenant/migrations/compatibility.js'
import type { TenantStore } from '../../db/tenant/store.js'
import { createTenancy } from '../../plugins/tenancy/create-tenancy.js'
import type { PlaceCounts } from '../../plugins/tenancy/place-registry.js'
import type { Places } from '../../plugins/tenancy/places.js'
import type { Router } from '../../plugins/tenancy/router.js'
import { createTenant, refused, signUp, startApi, type TestTenant } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'

const { config, configWith, tenantSql } = await createInstallation(t)
const main = createClient(config.database, { max: 1, applicationName: 'strongroom-test' })
t.teardown(() => main.close())
const records = createTenancyRecords(main)
const { url } = await startApi(t, config)
const admin = await signUp(url)

const NOW = migrationsOf('tenant')
const newest = Math.max(...NOW.map((migration) => migration.folderMillis))
const migration = (sql: string, oldestCode: number, folderMillis: number): Migration => ({
  name: sql,
  sql: [sql],
  hash: sql,
  folderMillis,
  oldestCode
})
/** The code before any change, after an addition, and after a removal. */
const EXPANDED = [...NOW, migration('alter table documents add column note text', newest, newest + 1)]
const CONTRACTED = [...EXPANDED, migration('drop table usage_changes', newest + 1, newest + 2)]

type Process = Router & Omit<Places, 'counts'> & { counts: () => PlaceCounts }
/** A process that knows these migrations. */
function processOf(t: Test, migrations: Migration[], settings = config): Process {
  const { router, places } = createTenancy(settings, records, (error) => t.fail(String(error)), migrations)
  t.teardown(() => places.close())
  return { ...router, ...places, counts: () => (places.counts()[0] as [string, PlaceCounts])[1] }
}
const use = (adapter: Process, tenant: TestTenant) =>
  adapter.withTenant(tenant, (store) => store.eventLog.backlog())
const applied = async ({ database_name }: TestTenant) =>
  (
    await tenantSql(database_name)`select created_at, oldest_code from schema_migrations order by created_at`
  ).map((row) => [Number(row['created_at']), Number(row['oldest_code'])])
const recorded = (migrations: Migration[]) =>
  migrations.map(({ folderMillis, oldestCode }) => [folderMillis, oldestCode])

t.test('every migration says which code it allows', async (t) => {
  const names = readdirSync('db/tenant/migrations')
    .filter((name) => name.endsWith('.sql'))
    .map((name) => name.slice(0, -'.sql'.length))
  t.same(Object.keys(OLDEST_CODE).sort(), names.sort())
  for (const oldest of Object.values(OLDEST_CODE)) t.ok(names.includes(oldest), oldest)
})

t.test('a tenant behind the code is migrated on first use, once, before any request uses it', async (t) => {
  const tenant = await createTenant(admin)
  const processes = [processOf(t, EXPANDED), processOf(t, EXPANDED)]
  const lent = await Promise.all(
    Array.from({ length: 10 }, () => processes)
      .flat()
      .map((each) =>
        each.withTenant(tenant, async (store) => {
          await store.eventLog.backlog()
          return applied(tenant)
        })
      )
  )
  for (const seen of lent) t.same(seen, recorded(EXPANDED))
  for (const each of processes) t.match(each.counts(), { opens: 1, failedOpens: 0, leases: 0, open: 1 })
})

t.test('older code continues if the migration allows it, and is refused otherwise', async (t) => {
  const tenant = await createTenant(admin)
  const [old, middle, latest] = [NOW, EXPANDED, CONTRACTED].map((known) => processOf(t, known)) as [
    Process,
    Process,
    Process
  ]
  t.match(await middle.migrate(tenant), { applied: 1, version: newest + 1 })
  t.match(await use(old, tenant), { events: 0 }, 'the addition does not affect older code')
  t.match(await old.migrate(tenant), { applied: 0, version: newest + 1 }, 'nothing to do')
  t.match(await old.inspect(tenant), { fit: 'current', version: newest + 1, missing: 0 })

  t.match(await latest.migrate(tenant), { applied: 1, version: newest + 2 })
  await use(middle, tenant)
  const fresh = processOf(t, NOW)
  await t.rejects(use(fresh, tenant), { code: 'TENANT_NEWER', status: 503, retryAfter: 10 })
  await t.rejects(fresh.migrate(tenant), NewerDatabaseError)
  t.match(await fresh.inspect(tenant), { fit: 'newer', version: newest + 2 })
  t.match(fresh.counts(), { open: 0, failedOpens: 1 }, 'the refused place is not kept open')
  t.same(await applied(tenant), recorded(CONTRACTED))
})

t.test('the API answers TENANT_NEWER with Retry-After', async (t) => {
  const tenant = await createTenant(admin)
  await processOf(t, CONTRACTED).migrate(tenant)
  const answer = await admin.get(`/api/tenants/${tenant.id}/documents`)
  refused(t, answer, 'TENANT_NEWER')
  t.equal(answer.headers.get('retry-after'), '10')
})

t.test('a tenant that becomes newer while its pool is open is refused', async (t) => {
  const tenant = await createTenant(admin)
  const old = processOf(t, NOW)
  const fold = (store: TenantStore) => store.usage.fold()
  await old.withTenant(tenant, fold)
  await processOf(t, CONTRACTED).migrate(tenant)
  await t.rejects(old.withTenant(tenant, fold), { code: 'TENANT_NEWER' })
  await t.rejects(use(old, tenant), { code: 'TENANT_NEWER' }, 'even for statements that would work')
})

t.test('the next use retries a failed migration', async (t) => {
  const tenant = await createTenant(admin)
  const known = [...NOW, migration('alter table nothing add column note text', newest, newest + 1)]
  const adapter = processOf(t, known)
  const uses = await Promise.allSettled([use(adapter, tenant), use(adapter, tenant)])
  for (const each of uses)
    t.match(each, { status: 'rejected', reason: { code: 'TENANT_NOT_READY', cause: { code: '42P01' } } })
  known.splice(0, known.length, ...EXPANDED)
  await use(adapter, tenant)
  t.same(await applied(tenant), recorded(EXPANDED))
  t.match(adapter.counts(), { opens: 2, failedOpens: 1 })
})

t.test('a request waits for a long migration no longer than for a pool', async (t) => {
  const tenant = await createTenant(admin)
  const sql = tenantSql(tenant.database_name)
  const adapter = processOf(t, EXPANDED, configWith({ TENANT_POOL_WAIT_MS: '300' }))
  const waiting = await sql.begin(async (transaction) => {
    await transaction`lock table documents in access share mode`
    await t.rejects(use(adapter, tenant), { code: 'TENANT_NOT_READY', status: 503 })
    await t.rejects(use(adapter, tenant), { code: 'TENANT_NOT_READY', status: 503 })
    t.match(adapter.counts(), { opens: 1 }, 'one migration continues')
    return adapter.counts()
  })
  t.equal(waiting.failedOpens, 0)
  // The migration may take longer than a request waits for it.
  await until(() =>
    use(adapter, tenant).then(
      () => true,
      (error: unknown) => {
        if ((error as { code?: string }).code === 'TENANT_NOT_READY') return false
        throw error
      }
    )
  )
  t.same(await applied(tenant), recorded(EXPANDED))
})

t.test(
  'databases from before compatibility was recorded allow only code that knows their migrations',
  async (t) => {
    const tenant = await createTenant(admin)
    await tenantSql(tenant.database_name)`alter table schema_migrations drop column oldest_code`
    t.match(await use(processOf(t, NOW), tenant), { events: 0 })
    const unknown = [...NOW.slice(0, -1)]
    await t.rejects(
      use(processOf(t, unknown), tenant),
      { code: 'TENANT_NEWER' },
      'without a record, older code is refused'
    )
    await use(processOf(t, EXPANDED), tenant)
    t.same(await applied(tenant), recorded(EXPANDED))
  }
)

t.test('a removed tenant is not created again', async (t) => {
  const lost = { id: randomUUID(), database_name: `tenant_lost_${randomUUID().slice(0, 8)}`, server: 'main' }
  await t.rejects(
    processOf(t, EXPANDED).withTenant(lost, async () => undefined),
    { code: config.tenancy.strategy === 'schema' ? '42P01' : '3D000' }
  )
})
