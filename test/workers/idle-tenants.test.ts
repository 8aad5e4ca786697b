import { randomUUID } from 'node:crypto'
import t from 'tap'
import { resource } from '../../plugins/resources.js'
import { buildWorker } from '../../workers/app.js'
import { captureLog, createTenant, signUp, startApi } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'
import { startWorker } from '../helpers/worker.js'

const IDLE = 300
const { config, sql, tenantSql } = await createInstallation(t, { SWEEP_INTERVAL: '1' })
const { url } = await startApi(t, config)
const ada = await signUp(url)

t.test('tenants in which nothing is due are not opened, however often the sweeper runs', async (t) => {
  const busy = await createTenant(ada)
  await ada.upload(busy.id, 'something to do')
  // Only their rows exist, so opening one would fail and be counted.
  await sql`
    with made as (
      insert into tenants (id, name, database_name, status)
      select id, 'Idle', 'tenant_idle_' || id, 'active' from (
        select gen_random_uuid() as id from generate_series(1, ${IDLE}::int)) ids
      returning id)
    insert into tenant_visits (tenant_id, changed_at, due_at)
    select id, now() - interval '30 days', now() + interval '10 hours' from made`
  const worker = await startWorker(t, config)
  const rounds = (count: number) =>
    Array.from({ length: count }).reduce<Promise<void>>(async (before) => {
      await before
      await sql`update tenant_visits set due_at = now() - interval '1 second' where tenant_id = ${busy.id}`
      await until(
        async () =>
          (
            await sql`select from tenant_visits where tenant_id = ${busy.id} and claimed_by is null and due_at > now()`
          ).length === 1
      )
    }, Promise.resolve())
  await until(async () => (await sql`select from tenant_visits where tenant_id = ${busy.id}`).length === 1)
  await rounds(4)
  const opened = () => {
    const counts = resource(worker, 'places')
      .counts()
      .map(([, ofServer]) => ofServer)
    const sum = (of: 'opens' | 'failedOpens') => counts.reduce((total, each) => total + each[of], 0)
    return { opens: sum('opens'), failedOpens: sum('failedOpens') }
  }
  const { opens, failedOpens } = opened()
  t.ok(opens >= 1, 'the tenant with work was opened')
  t.equal(failedOpens, 0, 'no other tenant was opened')

  await sql`update tenant_visits set due_at = now() - interval '1 second'
    where tenant_id = (select id from tenants where name = 'Idle' limit 1)`
  await until(async () => opened().failedOpens > 0)
})

t.test('a tenant with much to remove leaves turns to other tenants', async (t) => {
  await sql`delete from tenants where name = 'Idle'`
  const [noisy, quiet] = [await createTenant(ada), await createTenant(ada)]
  const strand = (tenant: { id: string; database_name: string }, count: number) =>
    tenantSql(tenant.database_name)`
      insert into pending_objects (s3_path, state, deadline)
      select ${`tenants/${tenant.id}/files/2026/01/`} || gen_random_uuid(), 'delete', now() - interval '1 hour'
      from generate_series(1, ${count}::int)`
  await strand(noisy, 101)
  await strand(quiet, 1)
  for (const [tenant, due] of [
    [noisy, '2 hours'],
    [quiet, '1 hour']
  ] as const)
    await sql`insert into tenant_visits (tenant_id, changed_at, due_at)
      values (${tenant.id}, now() - interval '1 day', now() - ${due}::interval)
      on conflict (tenant_id) do update set due_at = excluded.due_at`
  const log = captureLog('info')
  const worker = await buildWorker(config, log.logger)
  t.teardown(() => worker.close())
  await worker.ready()
  const swept = () => log.lines.filter(({ msg }) => msg === 'swept')
  await until(async () => swept().length >= 3)
  t.same(
    log.alarms().filter(({ level }) => Number(level) > 30),
    [],
    'no visit failed'
  )
  t.match(
    swept().map(({ tenant_id, objects }) => [tenant_id, objects]),
    [
      [noisy.id, 100],
      [quiet.id, 1],
      [noisy.id, 1]
    ]
  )
})

t.test('work that becomes due later is found without another change', async (t) => {
  const tenant = await createTenant(ada)
  const rows = tenantSql(tenant.database_name)
  const key = `tenants/${tenant.id}/files/2026/01/${randomUUID()}`
  await rows`insert into pending_objects (s3_path, state, deadline) values (${key}, 'delete', now() + interval '4 seconds')`
  // Idle for long, so only work that the visit finds can bring the next visit forward.
  await sql`insert into tenant_visits (tenant_id, changed_at, due_at)
    values (${tenant.id}, now() - interval '30 days', now())
    on conflict (tenant_id) do update set changed_at = excluded.changed_at, due_at = now()`
  await startWorker(t, config)
  await until(async () => (await rows`select from pending_objects`).length === 0)
  t.pass('removed')
})
