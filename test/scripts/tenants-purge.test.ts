import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setImmediate } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { resource } from '../../plugins/resources.js'
import { createTenantPurgeRepository, type PurgeableTenant } from '../../db/main/tenant-purge-repository.js'
import { program } from '../../scripts/program.js'
import { rowMover } from '../../db/move/row-mover.js'
import { createTenantMovesRepository } from '../../db/main/tenant-moves-repository.js'
import { createTenantMoving } from '../../src/services/tenants/tenant-move.js'
import { createTenantPurge } from '../../src/services/tenants/tenant-purge.js'
import { createTenant, refused, signUp, startApi, uploaded, type TestTenant } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { serverLeftovers } from '../helpers/leftovers.js'
import { until } from '../helpers/until.js'
import { committedEvents, waitingEvents } from '../helpers/committed-events.js'

const installation = await createInstallation(t, { UPLOAD_TIMEOUT: '60' })
const { config, environment, sql, places } = installation
const { app, url } = await startApi(t, config)
const storage = resource(app, 'tenantStorage')
const dependencies = {
  purges: createTenantPurgeRepository({ sql }, 'root'),
  router: resource(app, 'router'),
  places: resource(app, 'places'),
  storage,
  moving: createTenantMoving({
    moves: createTenantMovesRepository({ sql }),
    router: resource(app, 'router'),
    places: resource(app, 'places'),
    rowMover,
    grace: 0,
    osUser: 'root'
  })
}
const service = createTenantPurge(dependencies)
const DAY = 86_400
const admin = await signUp(url)
const root = join(config.dataDir, 'objects')
const databases = config.tenancy.strategy === 'database'

function start(...args: string[]) {
  return spawn(process.execPath, [...program('scripts/tenants'), 'purge', ...args], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe']
  })
}
async function purge(...args: string[]) {
  const child = start(...args)
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { code: child.exitCode, out, err }
}

/** A tenant with two documents of one file and an upload that was cut off, deleted `days` days ago. */
async function deleted(name: string, days: number): Promise<TestTenant> {
  const tenant = await createTenant(admin, name)
  const document = await uploaded(admin, tenant.id, `content of ${name}`)
  await uploaded(admin, tenant.id, `content of ${name}`)
  const part = document.file.s3_path.replace(document.file_id, 'part').replaceAll('/', '~')
  await writeFile(join(root, '.tmp', `${part}@00ff`), 'x')
  await admin.delete(`/api/tenants/${tenant.id}`)
  await sql`update tenants set deleted_at = now() - make_interval(days => ${days}) where id = ${tenant.id}`
  await published(tenant)
  return tenant
}
async function published(tenant: TestTenant): Promise<void> {
  const rows = installation.tenantSql(tenant.database_name)
  await until(async () => (await waitingEvents(rows)) === 0)
}
async function gone(t: Test, tenant: TestTenant): Promise<void> {
  t.notOk(await places.exists(tenant.database_name), 'the database')
  t.same(await sql`select from pg_roles where rolname = ${tenant.database_name}`, [], 'the role')
  t.notOk(existsSync(join(root, 'tenants', tenant.id)), 'the objects')
  for (const table of ['user_tenant_associations', 'idempotency_keys', 'dirty_tenants', 'tenant_migrations'])
    t.same(await sql`select from ${sql(table)} where tenant_id = ${tenant.id}`, [], table)
  t.same(await sql`select from tenants where id = ${tenant.id}`, [])
}

void t.test('wrong usage is explained, and without a terminal nothing is asked', async (t) => {
  const [silent, timeless] = await Promise.all([
    purge('--older-than', '30d'),
    purge('--yes', '--older-than', '30')
  ])
  t.match(silent, { code: 2, err: /There is no terminal to ask on: confirm with --yes/ })
  t.match(timeless, { code: 2, err: /--older-than must be .* not "30"/ })
})

void t.test('only tenants deleted long ago are removed, with a report', async (t) => {
  const old = await deleted('Old', 40)
  const recent = await deleted('Recent', 20)
  const deactivated = await createTenant(admin, 'Deactivated')
  await admin.send('PUT', `/api/tenants/${deactivated.id}`, { is_active: false })
  await sql`update tenants set updated_at = now() - interval '1 year' where id = ${deactivated.id}`
  const account = `databases or schemas: 1, roles: ${databases ? 1 : 0}, documents: 2, objects: 1 with 14 bytes, unfinished uploads: 1`

  const dry = await purge('--older-than', '30d', '--dry-run')
  t.match(dry, { code: 0, out: /1 tenants would be removed/ })
  t.ok(dry.out.includes(`Old (${old.id})`) && dry.out.includes('documents: 2, objects: 1 with 14 bytes'))
  t.ok(await places.exists(old.database_name), 'nothing was changed')
  t.equal((await sql`select status from tenants where id = ${old.id}`)[0]?.['status'], 'active')

  const done = await purge('--older-than', '30d', '--yes')
  t.equal(done.code, 0, done.err)
  t.ok(done.out.includes(`Old (${old.id}): ${account}`), done.out)
  t.match(done.out, /1 tenants were removed/)
  await gone(t, old)
  refused(t, await admin.get(`/api/tenants/${old.id}`), 'TENANT_NOT_FOUND')
  const audit = await sql<{ action: string }[]>`
    select data ->> 'action' as action from ${committedEvents(sql)} where tenant_id = ${old.id} and event_type = 'audit.log'
    order by sequence`
  t.same(
    audit.map(({ action }) => action),
    ['tenant.created', 'tenant.deleted', 'tenant.purged']
  )
  for (const { id } of [recent, deactivated]) {
    t.equal((await admin.send('PUT', `/api/tenants/${id}`, { is_active: true })).status, 200)
    await uploaded(admin, id, 'still works')
  }
})

void t.test('a purge and a reactivation exclude each other', async (t) => {
  const purges = createTenantPurgeRepository({ sql }, 'root')
  const tenant = await deleted('Contested', 2)
  const reactivate = () => admin.send('PUT', `/api/tenants/${tenant.id}`, { is_active: true })
  const row = async () => (await sql`select status, is_active from tenants where id = ${tenant.id}`)[0]
  for (let round = 0; round < 10; round++) {
    const [{ outcome }, answer] = await Promise.all([purges.begin(tenant.id, 86_400), reactivate()])
    const begun = outcome === 'begun'
    t.equal(answer.status, begun ? 409 : 200)
    t.match(
      await row(),
      begun ? { status: 'purging', is_active: false } : { status: 'active', is_active: true }
    )
    await sql`update tenants set status = 'active', is_active = false, deleted_at = now() - interval '2 days'
      where id = ${tenant.id}`
  }
  t.equal((await purges.begin(tenant.id, 86_400)).outcome, 'begun')
  refused(t, await reactivate(), 'TENANT_PURGING')
  refused(t, await admin.send('PUT', `/api/tenants/${tenant.id}`, { name: 'Other' }), 'TENANT_PURGING')
  refused(t, await admin.get(`/api/tenants/${tenant.id}/documents`), 'TENANT_INACTIVE')
  const [due] = await service.listDue(999 * DAY)
  t.equal(due?.id, tenant.id, 'a begun purge is due even if the tenant was deleted recently')
  t.ok((await service.purge(due as PurgeableTenant, 999 * DAY)).purged)
  await gone(t, tenant)
})

void t.test('a purge waits for events that are not published yet', async (t) => {
  const tenant = await deleted('Eventful', 40)
  const db = installation.tenantSql(tenant.database_name)
  // As if another process held the lease, so that the relay here does not publish them.
  await sql`insert into dirty_tenants (tenant_id, leased_by, leased_until)
    values (${tenant.id}, ${randomUUID()}, now() + interval '1 hour')
    on conflict (tenant_id) do update set leased_by = excluded.leased_by, leased_until = excluded.leased_until`
  await db`update event_state set published = last - 1`
  const purgeIt = async () => {
    const [due] = await service.listDue(30 * DAY)
    return service.purge(due as PurgeableTenant, 30 * DAY)
  }
  t.same(await purgeIt(), { purged: null, why: 'events', events: 1 })
  refused(t, await admin.send('PUT', `/api/tenants/${tenant.id}`, { is_active: true }), 'TENANT_PURGING')
  await sql`update dirty_tenants set leased_until = now() - interval '1 second' where tenant_id = ${tenant.id}`
  resource(app, 'relay').nudge(tenant.id)
  await published(tenant)
  t.ok((await purgeIt()).purged)
  await gone(t, tenant)
})

void t.test('a delete that fails while objects are listed fails the purge of this tenant only', async (t) => {
  const tenant = await deleted('Undeletable', 40)
  const [due] = await service.listDue(30 * DAY)
  for (const listing of ['goes on', 'fails']) {
    const purging = createTenantPurge({
      ...dependencies,
      storage: {
        of: (of) => ({
          ...storage.of(of),
          delete: () => Promise.reject(new Error('the delete failed')),
          async *list() {
            yield* storage.of(of).list()
            await setImmediate()
            if (listing === 'fails') throw new Error('the listing failed')
          }
        })
      }
    })
    const message = listing === 'fails' ? 'the listing failed' : 'the delete failed'
    await t.rejects(purging.purge(due as PurgeableTenant, 30 * DAY), { message })
  }
  t.ok((await service.purge(due as PurgeableTenant, 30 * DAY)).purged)
  await gone(t, tenant)
})

void t.test('the next purge finishes a killed one', async (t) => {
  const tenants: TestTenant[] = []
  for (const name of ['Marked', 'Emptied', 'Dropped', 'Row only', 'Never made'])
    tenants.push(await deleted(name, 40))
  const [, emptied, dropped, rowOnly, neverMade] = tenants
  await sql`update tenants set status = 'purging' where id = any(${tenants.map(({ id }) => id)})`
  for (const tenant of [emptied, dropped, rowOnly]) {
    const own = storage.of(tenant as TestTenant)
    for await (const { key } of own.list()) await own.delete(key)
  }
  for (const tenant of [dropped, rowOnly, neverMade]) await places.drop(String(tenant?.database_name))
  for (const tenant of [rowOnly, neverMade])
    if (databases) await sql`drop role ${sql(String(tenant?.database_name))}`
  const found = `databases or schemas: 2, roles: ${databases ? 3 : 0}`
  const dry = await purge('--older-than', '30d', '--dry-run')
  t.match(dry, { code: 0, out: new RegExp(`5 tenants would be removed: ${found}`) })
  const done = await purge('--older-than', '30d', '--yes')
  t.match(done, { code: 0, out: new RegExp(`5 tenants were removed: ${found}`) })
  for (const tenant of tenants) await gone(t, tenant)
})

void t.test('a killed purge can be repeated, and tenants whose uploads may still run stay', async (t) => {
  const fresh = await deleted('Fresh', 0)
  const tenants: TestTenant[] = []
  for (let n = 0; n < 3; n++) tenants.push(await deleted(`Killed ${n}`, 40))
  const left = async () =>
    (await sql`select from tenants where name like 'Killed %' and status = 'active'`).length
  const child = start('--older-than', '0s', '--yes')
  const ended = once(child, 'close')
  await until(async () => (await left()) < 3)
  child.kill('SIGKILL')
  await ended
  t.match(await purge('--older-than', '0s', '--yes'), { code: 0 })
  for (const tenant of tenants) await gone(t, tenant)
  if (databases) t.same(await serverLeftovers(sql, config.database.url), [])
  t.equal((await admin.send('PUT', `/api/tenants/${fresh.id}`, { is_active: true })).status, 200)
  await uploaded(admin, fresh.id, 'still works')
})
