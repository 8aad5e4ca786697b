import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { resource } from '../../plugins/resources.js'
import type { StrongroomEvent } from '../../core/events.js'
import { createWorkerServices } from '../../workers/compose.js'
import { createHandler } from '../../workers/handlers/index.js'
import { createTenant, signUp, startApi, type TestTenant } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { handledThrice } from '../helpers/thrice.js'
import { until } from '../helpers/until.js'
import { Tus } from '../resumable/tus.js'
import { committedEvents } from '../helpers/committed-events.js'

const { config, sql, tenantSql, places } = await createInstallation(t)
const { url, app } = await startApi(t, config)
const { tenants } = resource(app, 'database')
const router = resource(app, 'router')
const adapter = resource(app, 'places')
const handle = createHandler({
  services: createWorkerServices(app),
  tenants,
  findTenant: (id) => tenants.findById(id),
  places: adapter,
  log: app.log
})
const ada = await signUp(url)

const eventOf = (event_type: string, tenant_id: string, data: object) =>
  ({
    event_id: randomUUID(),
    event_type,
    tenant_id,
    user_id: ada.userId,
    timestamp: new Date().toISOString(),
    data
  }) as StrongroomEvent
const exists = (tenant: TestTenant) => places.exists(tenant.database_name)

t.test('tenant.created recreates missing parts of a tenant', async (t) => {
  const tenant = await createTenant(ada)
  const created = eventOf('tenant.created', tenant.id, {
    name: tenant.name,
    database_name: tenant.database_name
  })
  await places.drop(tenant.database_name)
  await sql`update tenants set status = 'provisioning' where id = ${tenant.id}`
  await handledThrice(t, handle, created, async () => ({
    exists: await exists(tenant),
    status: await sql`select status from tenants where id = ${tenant.id}`
  }))
  t.equal((await ada.upload(tenant.id, 'works')).status, 201)
  await handle(created)
  t.equal((await ada.get(`/api/tenants/${tenant.id}/files`)).status, 200, 'a ready tenant keeps its data')
  t.equal((await tenantSql(tenant.database_name)`select 1 from documents`).length, 1)
})

t.test('tenant.created of a removed or inactive tenant does nothing', async (t) => {
  const tenant = await createTenant(ada)
  await sql`update tenants set is_active = false where id = ${tenant.id}`
  await places.drop(tenant.database_name)
  const data = { name: tenant.name, database_name: tenant.database_name }
  await handle(eventOf('tenant.created', tenant.id, data))
  await handle(eventOf('tenant.created', randomUUID(), data))
  t.equal(await exists(tenant), false)
})

// Under the schema strategy, tenants have no connections of their own.
if (config.tenancy.strategy === 'database')
  t.test('tenant.deleted closes the connections once they are idle', async (t) => {
    const tenant = await createTenant(ada)
    const connections = async () =>
      (
        await sql`select 1 from pg_stat_activity
        where datname = ${tenant.database_name} and application_name = 'strongroom-tenant'`
      ).length
    const deleted = eventOf('tenant.deleted', tenant.id, {})
    await ada.upload(tenant.id, 'opens a connection')
    await handle(deleted)
    t.ok((await connections()) > 0, 'not while the tenant is active')

    await sql`update tenants set is_active = false where id = ${tenant.id}`
    await router.withTenant(tenant, async (store) => {
      await handle(deleted)
      t.same(await store.files.findById(tenant.id), null, 'a lease still works')
    })
    await until(async () => (await connections()) === 0)
    await Promise.all([handle(deleted), handle(deleted)])
    // The relay may have opened the tenant once more.
    await until(async () => (await connections()) === 0)
  })

t.test('document.deleted removes an unreferenced file, once', async (t) => {
  const tenant = await createTenant(ada)
  const rows = tenantSql(tenant.database_name)
  const root = config.storage.driver === 'disk' ? config.storage.root : ''
  const { id, file_id, filename, file } = (await ada.upload(tenant.id, 'soon gone')).body.data
  const kept = (await ada.upload(tenant.id, 'kept')).body.data
  const deletionOf = (document_id: string, file: string) =>
    eventOf('document.deleted', tenant.id, { document_id, file_id: file, filename })
  await rows`delete from documents where id = ${id}`
  await handledThrice(t, handle, deletionOf(id, file_id), async () => ({
    files: await rows`select id from files order by id`,
    pending: await rows`select s3_path from pending_objects`,
    object: existsSync(join(root, file.s3_path))
  }))
  await handle(deletionOf(kept.id, kept.file_id))
  t.same(await rows`select id from files`, [{ id: kept.file_id }], 'a file with a document stays')
})

t.test('events of a tenant that does not exist have no effect', async () => {
  const data = { document_id: randomUUID(), file_id: randomUUID(), filename: 'x' }
  await handle(eventOf('document.deleted', randomUUID(), data))
  await handle(eventOf('tenant.deleted', randomUUID(), {}))
})

t.test('upload.finish creates the document of a complete upload', async (t) => {
  const tenant = await createTenant(ada)
  const tus = new Tus(ada, tenant.id)
  const path = await tus.created(5)
  const db = tenantSql(tenant.database_name)
  // As if another process had seen some of the bytes.
  await db`update upload_sessions set unclean = true`
  await tus.patch(path, 0, Buffer.from('bytes'))
  t.match(await tus.get(path), { state: 'finishing' })
  const upload_id = String(path.split('/').at(-1))
  const event = eventOf('upload.finish', tenant.id, { upload_id })
  await Promise.all([handle(event), handle(event)])
  // The handler does not wait for the upload to finish.
  await until(async () => (await tus.get(path))['state'] === 'done')
  await handle(event)
  await handle(eventOf('upload.finish', tenant.id, { upload_id: randomUUID() }))
  await handle(eventOf('upload.finish', randomUUID(), { upload_id }))
  t.match(
    await db`select d.filename, f.file_size, f.verification from documents d join files f on f.id = d.file_id`,
    [{ filename: 'a.bin', file_size: '5', verification: 'intact' }]
  )
})

t.test('file.process verifies a file', async (t) => {
  const tenant = await createTenant(ada)
  const { file_id } = (await ada.upload(tenant.id, 'GIF89a to look at')).body.data
  const db = tenantSql(tenant.database_name)
  await handledThrice(t, handle, eventOf('file.process', tenant.id, { file_id }), async () => ({
    file: await db`select verification, detected_type, verified_at is not null as verified from files`,
    // The file is intact, so nothing is reported.
    told: await db`select data from ${committedEvents(db)} where event_type = 'audit.log'`
  }))
  const gone = eventOf('file.process', tenant.id, { file_id: randomUUID() })
  await t.resolves(handle(gone), 'an event of a removed file has no effect')
})

t.test('audit.log stores an entry', async (t) => {
  const target = { type: 'user', id: ada.userId }
  const event = eventOf('audit.log', randomUUID(), {
    action: 'test.done',
    target,
    details: { a: 1 },
    ip: '::1'
  })
  await handledThrice(
    t,
    handle,
    event,
    () => sql`select action, target, details, ip, timestamp from audit_log where event_id = ${event.event_id}`
  )
})
