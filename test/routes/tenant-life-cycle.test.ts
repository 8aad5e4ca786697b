import t from 'tap'
import {
  Client,
  createTenant,
  refused,
  signUp,
  signUpMember,
  startApi,
  uploaded,
  type Page,
  type TestTenant
} from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'
import { committedEvents } from '../helpers/committed-events.js'

/** Keeps events after delivery, so that they can be counted. */
const { config, sql } = await createInstallation(t)
const { url } = await startApi(t, config)
const second = await startApi(t, config)

async function world() {
  const admin = await signUp(url, 'admin')
  const tenant = await createTenant(admin)
  const path = `/api/tenants/${tenant.id}`
  const row = async () =>
    (
      await sql`select is_active, deleted_at is not null as deleted, name, database_name from tenants where id = ${tenant.id}`
    )[0]
  const events = async (type: string) =>
    sql<{ user_id: string; data: { action?: string } }[]>`
      select user_id, data from ${committedEvents(sql)} where tenant_id = ${tenant.id} and event_type = ${type} order by sequence`
  const actions = async () =>
    (await events('audit.log')).map(({ data }) => data.action).filter((action) => action !== 'access.refused')
  const put = (body: unknown) => admin.send<TestTenant>('PUT', path, body)
  return {
    admin,
    tenant,
    path,
    row,
    events,
    actions,
    put,
    user: await signUpMember(url, sql, tenant.id, 'user')
  }
}

void t.test('a tenant is renamed, and keeps its database', async (t) => {
  const { admin, tenant, path, put, row, actions } = await world()
  const document = await uploaded(admin, tenant.id, 'content')
  const renamed = await put({ name: '  Other & Söhne "GmbH"; drop table tenants-- ' })
  t.equal(renamed.status, 200)
  const { name, updated_at, ...rest } = renamed.body.data
  t.equal(name, 'Other & Söhne "GmbH"; drop table tenants--')
  t.ok(updated_at > tenant.updated_at)
  const { name: _, updated_at: __, ...before } = tenant
  t.same({ ...rest, server: tenant.server }, { ...before, revision: tenant.revision + 1 })
  t.match(await row(), { name, database_name: tenant.database_name, is_active: true })
  t.equal((await admin.get<TestTenant>(path)).body.data.name, name)
  t.equal((await admin.get(`${path}/documents/${document.id}`)).status, 200)
  t.equal((await put({})).status, 200, 'an empty change is no error')
  t.equal((await put({ name: '😀'.repeat(255) })).status, 200)
  t.same(await actions(), ['tenant.created', ...Array<string>(3).fill('tenant.updated')])
})

void t.test('other changes are refused', async (t) => {
  const { put, row, actions } = await world()
  const before = await row()
  const wrong: [unknown, string[]][] = [
    ...['', ' \t', 'a'.repeat(256), 'a\0b', null, 7, ['a']].map((name): [unknown, string[]] => [
      { name },
      ['/name']
    ]),
    ...[null, 'true', 1, [true]].map((is_active): [unknown, string[]] => [{ is_active }, ['/is_active']]),
    [{ database_name: 'postgres' }, ['/database_name']],
    [{ status: 'failed' }, ['/status']],
    [{ deleted_at: null }, ['/deleted_at']],
    [{ id: 'x' }, ['/id']],
    [null, ['/']],
    [[], ['/']]
  ]
  for (const [body, fields] of wrong)
    refused(t, await put(body), 'VALIDATION_ERROR', fields, JSON.stringify(body).slice(0, 60))
  t.same(await row(), before)
  t.same(await actions(), ['tenant.created'])
})

void t.test('a deactivated tenant is closed at once, but not deleted', async (t) => {
  const { admin, tenant, path, put, row, events, actions, user } = await world()
  const elsewhere = new Client(second.url, user.token)
  t.equal((await user.get(path)).status, 200)
  t.equal((await elsewhere.get(path)).status, 200)
  const closed = await put({ is_active: false })
  t.equal(closed.status, 200)
  t.equal(closed.body.data.is_active, false)
  t.match(await row(), { is_active: false, deleted: false })
  refused(t, await user.get(path), 'TENANT_INACTIVE')
  await until(async () => (await elsewhere.get(path)).status === 403)
  for (const [method, below] of [
    ['GET', '/documents'],
    ['GET', '/users'],
    ['GET', '/audit'],
    ['DELETE', `/users/${user.userId}`]
  ] as const)
    refused(t, await admin.request(method, path + below), 'TENANT_INACTIVE', [], `${method} ${below}`)
  t.equal((await admin.get<TestTenant>(path)).body.data.is_active, false)
  t.equal((await put({ name: 'Closed' })).body.data.is_active, false, 'a new name does not reactivate it')
  const listed = async (query: string) =>
    (await admin.get<Page<TestTenant>>(`/api/tenants${query}`)).body.data.items.map(({ id }) => id)
  t.same(await listed(''), [])
  t.same(await listed('?include_inactive=true'), [tenant.id])

  t.equal((await put({ is_active: true })).body.data.is_active, true)
  t.equal((await user.get(path)).status, 200)
  await until(async () => (await elsewhere.get(path)).status === 200)
  t.same(await actions(), ['tenant.created', 'tenant.deactivated', 'tenant.updated', 'tenant.reactivated'])
  t.same(await events('tenant.deleted'), [])
})

void t.test('a deleted tenant is closed to everyone, and an admin can undo the deletion', async (t) => {
  const { admin, tenant, path, put, row, events, actions, user } = await world()
  const document = await uploaded(admin, tenant.id, 'content')
  const elsewhere = new Client(second.url, admin.token)
  t.equal((await elsewhere.get(`${path}/files`)).status, 200)
  refused(t, await user.delete(path), 'INSUFFICIENT_ROLE')
  const deleted = await admin.delete(path)
  t.equal(deleted.status, 200)
  t.same(deleted.body, { success: true, message: 'Tenant deleted' })
  t.match(await row(), { is_active: false, deleted: true })
  for (const client of [admin, user]) refused(t, await client.get(`${path}/documents`), 'TENANT_INACTIVE')
  refused(t, await user.get(path), 'TENANT_INACTIVE')
  await until(async () => (await elsewhere.get(`${path}/files`)).status === 403)
  t.equal((await admin.delete(path)).status, 200, 'deleting it again changes nothing')
  refused(t, await admin.upload(tenant.id, 'more'), 'TENANT_INACTIVE')
  t.same(await events('tenant.deleted'), [{ user_id: admin.userId, data: {} }])

  t.equal((await put({ name: 'Still deleted' })).status, 200)
  t.match(await row(), { is_active: false, deleted: true })
  t.equal((await put({ is_active: false })).status, 200)
  t.match(await row(), { is_active: false, deleted: true }, 'deactivating does not undo the deletion')
  t.equal((await put({ is_active: true })).status, 200)
  t.match(await row(), { is_active: true, deleted: false })
  t.equal((await user.get(`${path}/documents/${document.id}`)).status, 200, 'everything is still there')
  t.same(await actions(), [
    'tenant.created',
    'tenant.deleted',
    'tenant.updated',
    'tenant.updated',
    'tenant.reactivated'
  ])
  t.equal((await admin.delete(path)).status, 200)
  t.equal((await events('tenant.deleted')).length, 2, 'each deletion has its event')
})

void t.test('a deactivated tenant can be deleted', async (t) => {
  const { admin, path, put, row, events } = await world()
  await put({ is_active: false })
  t.equal((await admin.delete(path)).status, 200)
  t.match(await row(), { is_active: false, deleted: true })
  t.equal((await events('tenant.deleted')).length, 1)
})

void t.test('concurrent deletions delete a tenant once', async (t) => {
  const { admin, path, events, actions } = await world()
  const others = Array.from({ length: 8 }, (_, index) =>
    new Client(index % 2 ? url : second.url, admin.token).delete(path)
  )
  for (const answer of await Promise.all(others)) t.equal(answer.status, 200)
  t.equal((await events('tenant.deleted')).length, 1)
  t.equal((await actions()).filter((action) => action === 'tenant.deleted').length, 1)
})
