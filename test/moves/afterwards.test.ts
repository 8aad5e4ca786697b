// What can happen after a move to the tenant and to its old place.
import t from 'tap'
import { MoveLostError } from '../../core/move-lost.js'
import { createServerLoadRepository } from '../../db/main/server-load-repository.js'
import { createTenantMovesRepository } from '../../db/main/tenant-moves-repository.js'
import { createTenantPurgeRepository } from '../../db/main/tenant-purge-repository.js'
import { rowMover } from '../../db/move/row-mover.js'
import { resource } from '../../plugins/resources.js'
import type { TenantRef } from '../../plugins/tenancy/router.js'
import { openInstallation } from '../../scripts/operator/installation.js'
import { osUser } from '../../scripts/operator/record-command.js'
import { movingOf } from '../../scripts/tenants/moving.js'
import { createTenantMoving } from '../../src/services/tenants/tenant-move.js'
import { createTenantPurge } from '../../src/services/tenants/tenant-purge.js'
import { createTenant, signUp, startApi, uploaded } from '../helpers/api.js'
import { until } from '../helpers/until.js'
import { startWorker } from '../helpers/worker.js'
import { leftoversOf } from './leftovers.js'
import { createTwoServers } from './servers.js'

const installation = await createTwoServers(t, ['database', 'schema'])
const { config, sql } = installation
const { app, url } = await startApi(t, config)
await startWorker(t, config)
const admin = await signUp(url)
const operator = openInstallation(config)
t.teardown(() => operator.close())
const moving = movingOf(operator)

const tenantOnTwo = async (name: string) => {
  const tenant = await createTenant(admin, name)
  await uploaded(admin, tenant.id, `content of ${name}`)
  t.match(await moving.move(tenant.id, 'two'), { outcome: 'moved' })
  return tenant
}
const rowOf = async (id: string) => {
  const [row] = await sql<{ server: string; database_name: string }[]>`
    select server, database_name from tenants where id = ${id}`
  return row as { server: string; database_name: string }
}

void t.test("a refused move does not touch the last move's old place", async (t) => {
  const { id } = await tenantOnTwo('again')
  const left = await leftoversOf(installation, id)
  t.ok(left.length > 0, 'the old place is kept')
  t.match(await moving.move(id, 'two'), { outcome: 'there' })
  t.match(await moving.move(id, 'nowhere'), { outcome: 'no server' })
  t.same(await leftoversOf(installation, id), left)
  t.match(await moving.plan(id, 'main'), { outcome: 'possible', from: 'two' })
  t.same(await leftoversOf(installation, id), left)
  t.match(await moving.move(id, 'main'), { outcome: 'moved' })
  t.equal((await admin.get(`/api/tenants/${id}/documents`)).status, 200)
})

void t.test('the audit log says who moved a tenant, and to which server', async (t) => {
  const { id } = await tenantOnTwo('audited')
  const details = async () => {
    const [entry] =
      await sql`select details from audit_log where action = 'tenant.moved' and tenant_id = ${id}`
    return entry?.['details'] as object | undefined
  }
  await until(async () => (await details()) !== undefined)
  t.match(await details(), { by: 'operator', os_user: osUser(), server: 'two', name: 'audited' })
})

void t.test('a server that tenants have left is in use until their old places are dropped', async (t) => {
  const filled = async () => {
    const [, two] = await operator.servers.listFilled()
    return { tenants: two?.tenants ?? NaN, moving: two?.moving ?? NaN }
  }
  const { tenants, moving: others } = await filled()
  const { id } = await createTenant(admin, 'left')
  await moving.move(id, 'two', {
    async onStep(step) {
      if (step === 'copying') t.same(await filled(), { tenants, moving: others + 1 }, 'a new place')
    }
  })
  t.same(await filled(), { tenants: tenants + 1, moving: others })
  t.match(await moving.move(id, 'main'), { outcome: 'moved' })
  t.same(await filled(), { tenants, moving: others + 1 }, 'an old place')

  const early = openInstallation(installation.configWith({ TENANT_SERVERS: '{}' }))
  t.teardown(() => early.close())
  await t.rejects(movingOf(early).dropLeftPlace(id), { message: /"two".* until npm run servers -- list/ })
  await sql`update tenant_moves set lease_until = now() - interval '1 second' where tenant_id = ${id}`
  t.match(await moving.dropLeftPlace(id), { outcome: 'dropped' })
  t.same(await filled(), { tenants, moving: others })
})

void t.test('a tenant can be moved on while its old place is kept, but not during a move', async (t) => {
  const load = createServerLoadRepository(operator.main)
  const isListed = async (server: string) =>
    (await load.listTenants(server, 1_000, 0)).some((listed) => listed.id === id)
  const { id } = await createTenant(admin, 'balanced')
  t.ok(await isListed('main'))
  await moving.move(id, 'two', {
    async onStep(step) {
      if (step === 'copying') t.notOk(await isListed('main'))
    }
  })
  t.ok(await isListed('two'))
})

void t.test('a mover that lost its lease before the new place existed leaves nothing', async (t) => {
  const { id } = await createTenant(admin, 'suspended')
  const undo = async () => {
    await sql`update tenant_moves set lease_until = now() - interval '1 second' where tenant_id = ${id}`
    await until(async () => (await sql`select from tenant_moves where tenant_id = ${id}`).length === 0)
  }
  const disturbed: string[] = []
  const places = {
    ...operator.places,
    async provision(tenant: TenantRef) {
      await undo()
      await operator.places.provision(tenant)
    }
  }
  const suspended = createTenantMoving({
    ...{ moves: createTenantMovesRepository(operator.main), router: operator.router, places },
    rowMover: {
      ...rowMover,
      async stopLogging(...given) {
        disturbed.push(id)
        await rowMover.stopLogging(...given)
      }
    },
    ...{ grace: 0, osUser: 'tester' }
  })
  await t.rejects(suspended.move(id, 'two'), MoveLostError)
  t.same(await leftoversOf(installation, id), [])
  t.equal(disturbed.length, 1)
  await t.rejects(
    suspended.move(id, 'two', { onStep: (step) => (step === 'provisioning' ? undo() : undefined) }),
    MoveLostError
  )
  t.same(await leftoversOf(installation, id), [])
  t.equal(disturbed.length, 1, 'it does not disturb a mover that may have begun meanwhile')
})

void t.test('each attempt names its place differently', async (t) => {
  const { id } = await createTenant(admin, 'twice')
  const names = new Set<string>()
  for (let attempt = 0; attempt < 2; attempt++) {
    const failed = moving.move(id, 'two', {
      async onStep(step) {
        if (step !== 'copying') return
        const [move] = await sql<
          { to_place: string }[]
        >`select to_place from tenant_moves where tenant_id = ${id}`
        names.add(String(move?.to_place))
        throw new Error('it ends here')
      }
    })
    await t.rejects(failed, { message: 'it ends here' })
  }
  t.equal(names.size, 2)
  t.same(await leftoversOf(installation, id), [])
})

void t.test("a purge removes a tenant's current place, not the one it had when it was listed", async (t) => {
  const { id } = await createTenant(admin, 'gone')
  await uploaded(admin, id, 'gone, too')
  await sql`update tenants set is_active = false, deleted_at = now() - interval '1 second' where id = ${id}`
  const purge = createTenantPurge({
    ...{ purges: createTenantPurgeRepository({ sql }, 'tester'), moving },
    router: resource(app, 'router'),
    places: resource(app, 'places'),
    storage: resource(app, 'tenantStorage')
  })
  const listed = (await purge.listDue(0)).find((tenant) => tenant.id === id)
  if (listed === undefined) throw new Error('It was not listed')
  t.match(await moving.move(id, 'two'), { outcome: 'moved' })
  const place = await rowOf(id)
  // Refused until the worker has published the tenant's events.
  let outcome = await purge.purge(listed, 0)
  await until(async () => {
    if (outcome.purged === null) outcome = await purge.purge(listed, 0)
    return outcome.purged !== null
  })
  t.match(outcome, { purged: { places: 1, documents: 1, objects: 1 } })
  const second = installation.databaseSql(new URL(installation.secondUrl).pathname.slice(1))
  t.same(await second`select from pg_namespace where nspname = ${place.database_name}`, [])
  t.same(await sql`select from tenants where id = ${id}`, [])
})
