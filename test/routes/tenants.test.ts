import { randomUUID } from 'node:crypto'
import t from 'tap'
import {
  Client,
  createTenant,
  PASSWORD,
  refused,
  signUp,
  signUpMember,
  startApi,
  uploaded,
  type Page,
  type TestTenant
} from '../helpers/api.js'
import { resource } from '../../plugins/resources.js'
import { createWorkerServices } from '../../workers/compose.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'
import { committedEvents } from '../helpers/committed-events.js'

const { config, sql, tenantSql } = await createInstallation(t, {})
const { app, url } = await startApi(t, config)

type OwnTenant = TestTenant & { role: string; joined_at: string }
const created = (tenantId: unknown) =>
  sql`select from ${committedEvents(sql)} where tenant_id = ${String(tenantId)} and event_type = 'tenant.created'`
const create = (client: Client, name: unknown) => client.send<TestTenant>('POST', '/api/tenants', { name })

/** Keeps tenants from becoming ready. @returns a function that ends this */
async function preventProvisioning(): Promise<() => Promise<unknown>> {
  await sql`create or replace function refuse() returns trigger language plpgsql as 'begin raise exception ''not now''; end'`
  await sql`create trigger refuse before update on tenants for each row execute function refuse()`
  return () => sql`drop trigger refuse on tenants`
}

void t.test('a new tenant is ready, and its creator is the admin', async (t) => {
  const user = await signUp(url)
  const answer = await create(user, '  Ünï Çorp & Söhne  ')
  t.equal(answer.status, 201)
  const { id, created_at, updated_at, ...rest } = answer.body.data
  const { database_name } = answer.body.data
  t.notMatch(
    database_name,
    new RegExp(`uni|corp|${id.slice(0, 8)}`),
    "the name reveals nothing to the server's other users"
  )
  t.same(rest, {
    ...{ name: 'Ünï Çorp & Söhne', database_name, is_active: true, status: 'active' },
    revision: rest.revision
  })
  t.ok(rest.revision >= 1)
  t.ok(created_at <= updated_at)

  const [row] = await sql`select * from tenants where id = ${id}`
  t.match(row, {
    name: 'Ünï Çorp & Söhne',
    database_name,
    status: 'active',
    is_active: true,
    created_by: user.userId
  })
  const members = await sql`select user_id, role from user_tenant_associations where tenant_id = ${id}`
  t.same(members, [{ user_id: user.userId, role: 'admin' }])
  const events =
    await sql`select event_type, user_id, data from ${committedEvents(sql)} where tenant_id = ${id} order by sequence`
  t.match(events, [
    { event_type: 'audit.log', user_id: user.userId, data: { action: 'tenant.created', ip: '127.0.0.1' } },
    { event_type: 'tenant.created', user_id: user.userId, data: { name: 'Ünï Çorp & Söhne', database_name } }
  ])
  t.equal(events.length, 2)

  const tables = await tenantSql(database_name)`
    select table_name from information_schema.tables where table_schema = current_schema`
  const names = tables.map((table) => String(table['table_name'])).sort()
  t.same(names, [
    ...['documents', 'event_cursors', 'event_state', 'events', 'events_refused', 'exports', 'files', 'holds'],
    ...[
      'idempotency_keys',
      'outbox',
      'pending_objects',
      'schema_migrations',
      'upload_sessions',
      'upload_tails',
      'usage'
    ],
    ...['usage_changes', 'webhook_deliveries']
  ])
  const [access] =
    config.tenancy.strategy === 'schema'
      ? await sql`select has_schema_privilege('public', ${database_name}, 'usage') as open`
      : await sql`select has_database_privilege('public', ${database_name}, 'connect') as open`
  t.same(access, { open: false }, "the server's other users have no access")
})

void t.test('names of all kinds are accepted', async (t) => {
  const user = await signUp(url)
  const names = [
    '日本',
    '…',
    "'; drop database postgres; --",
    '"quoted"',
    'a'.repeat(255),
    '😀'.repeat(255),
    'İSTANBUL',
    'x\ny',
    '../..',
    '%s'
  ]
  const answers = await Promise.all(names.map((name) => create(user, name)))
  for (const [index, { status, body }] of answers.entries()) {
    t.equal(status, 201, String(names[index]))
    t.equal(body.data.name, names[index])
    t.match(body.data.database_name, /^tenant_[0-9a-f]{32}$/)
    t.equal((await uploaded(user, body.data.id, 'works')).filename, 'file.txt')
  }
  const twins = await Promise.all([create(user, 'Twin'), create(user, 'Twin')])
  t.not(twins[0].body.data.database_name, twins[1].body.data.database_name)
})

void t.test('invalid names are refused', async (t) => {
  const user = await signUp(url)
  for (const name of [
    '',
    ' ',
    '\u3000\t',
    'a\0b',
    'a'.repeat(256),
    '😀'.repeat(256),
    null,
    7,
    ['a'],
    {},
    undefined
  ]) {
    refused(t, await create(user, name), 'VALIDATION_ERROR', ['/name'], JSON.stringify([name]).slice(0, 20))
  }
  const more = { name: 'a', id: randomUUID(), database_name: 'postgres' }
  refused(t, await user.send('POST', '/api/tenants', more), 'VALIDATION_ERROR', ['/database_name', '/id'])
  t.equal((await sql`select from tenants where created_by = ${user.userId}`).length, 0)
})

void t.test('a user lists their tenants', async (t) => {
  const user = await signUp(url)
  const other = await signUp(url)
  const names = ['one', 'two', 'three']
  const own: TestTenant[] = []
  for (const name of names) own.push(await createTenant(user, name))
  const foreign = await createTenant(other, 'foreign')
  await sql`update tenants set is_active = false where id = ${String(own[1]?.id)}`
  const list = async (query = '') => (await user.get<Page<OwnTenant>>(`/api/tenants${query}`)).body.data
  const namesOf = (page: Page<OwnTenant>) => page.items.map((tenant) => tenant.name)
  const active = await list()
  t.same(namesOf(active), ['three', 'one'])
  t.same(active.pagination, { page: 1, per_page: 20, total: 2, pages: 1, next_cursor: null })
  t.match(active.items[0], { role: 'admin', joined_at: String, status: 'active', is_active: true })
  t.same(namesOf(await list('?include_inactive=true')), ['three', 'two', 'one'])
  t.same(namesOf(await list('?include_inactive=false&per_page=1&page=2')), ['one'])
  t.same(namesOf(await list('?page=3')), [])
  t.notOk(JSON.stringify(await list('?include_inactive=true')).includes(foreign.id))
  refused(t, await user.get('/api/tenants?include_inactive=maybe'), 'VALIDATION_ERROR', ['/include_inactive'])
})

void t.test('a tenant is returned with its members', async (t) => {
  const admin = await signUp(url, 'grace')
  const tenant = await createTenant(admin)
  const viewer = await signUpMember(url, sql, tenant.id, 'viewer')
  for (const client of [admin, viewer]) {
    const { status, body } = await client.get<TestTenant & { members: object[] }>(`/api/tenants/${tenant.id}`)
    t.equal(status, 200)
    const { members, ...rest } = body.data
    t.same({ ...rest, server: tenant.server }, tenant)
    t.match(members, [
      {
        user_id: admin.userId,
        email: admin.email,
        first_name: 'grace',
        last_name: 'Test',
        role: 'admin',
        joined_at: String
      },
      { user_id: viewer.userId, role: 'viewer' }
    ])
    t.equal(members.length, 2)
    t.equal(Object.keys(members[0] ?? {}).length, 7, 'no other details')
  }
  const upper = await admin.get<TestTenant>(`/api/tenants/${tenant.id.toUpperCase()}`)
  t.equal(upper.body.data.id, tenant.id, 'UUIDs are case-insensitive')
})

void t.test('a tenant is returned with at most 100 members', async (t) => {
  const admin = await signUp(url)
  const tenant = await createTenant(admin)
  await sql`with more as (
      insert into users (id, email, password_hash, first_name, last_name)
      select gen_random_uuid(), 'crowd' || n || '@example.com', 'x', 'a', 'b' from generate_series(1, 120) n returning id)
    insert into user_tenant_associations (user_id, tenant_id, role) select id, ${tenant.id}, 'user' from more`
  const { body } = await admin.get<{ members: { user_id: string }[] }>(`/api/tenants/${tenant.id}`)
  t.equal(body.data.members.length, 100)
  t.equal(body.data.members[0]?.user_id, admin.userId, 'in the order in which they joined')
})

void t.test('an inactive tenant is closed to all; only an admin may still read it', async (t) => {
  const admin = await signUp(url)
  const tenant = await createTenant(admin)
  const viewer = await signUpMember(url, sql, tenant.id, 'viewer')
  const user = await signUpMember(url, sql, tenant.id, 'user')
  const document = await uploaded(admin, tenant.id, 'content')
  const path = `/api/tenants/${tenant.id}`
  await sql`update tenants set is_active = false where id = ${tenant.id}`
  await until(async () => (await user.get(path)).status === 403)
  const answer = await admin.get<TestTenant>(path)
  t.equal(answer.status, 200)
  t.equal(answer.body.data.is_active, false)
  for (const client of [viewer, user]) refused(t, await client.get(path), 'TENANT_INACTIVE')
  for (const client of [admin, user, viewer]) {
    refused(t, await client.get(`${path}/documents`), 'TENANT_INACTIVE')
    refused(t, await client.get(`${path}/documents/${document.id}/download`), 'TENANT_INACTIVE')
    refused(t, await client.upload(tenant.id, 'more'), 'TENANT_INACTIVE')
    refused(t, await client.delete(`${path}/documents/${document.id}`), 'TENANT_INACTIVE')
    refused(t, await client.get(`${path}/files`), 'TENANT_INACTIVE')
  }
  refused(t, await (await signUp(url)).get(path), 'TENANT_NOT_FOUND', [], 'a stranger learns nothing')
  await sql`update tenants set is_active = true where id = ${tenant.id}`
  await until(async () => (await user.get(path)).status === 200)
  t.equal((await viewer.get(`${path}/documents/${document.id}`)).status, 200, 'it is open again')
})

void t.test('a tenant that cannot be made ready stays and can be finished later', async (t) => {
  const user = await signUp(url)
  const ready = await createTenant(user, 'Ready')
  const mend = await preventProvisioning()
  const failed = await create(user, 'Later')
  await mend()
  refused(t, failed, 'TENANT_NOT_READY')
  t.match(failed.headers.get('retry-after'), /^\d+$/)

  const { body } = await user.get<Page<OwnTenant>>('/api/tenants')
  const later = body.data.items[0]
  t.match(later, { name: 'Later', status: 'provisioning', role: 'admin' }, 'its creator sees it')
  const path = `/api/tenants/${later?.id}`
  t.equal((await user.get(path)).status, 200)
  const documents = await user.get(`${path}/documents`)
  refused(t, documents, 'TENANT_NOT_READY')
  t.match(documents.headers.get('retry-after'), /^\d+$/)
  refused(t, await user.upload(String(later?.id), 'x'), 'TENANT_NOT_READY')
  refused(t, await (await signUp(url)).get(path), 'TENANT_NOT_FOUND')
  t.equal((await created(later?.id)).length, 0, 'no event yet')
  t.equal((await user.get(`/api/tenants/${ready.id}/documents`)).status, 200, 'others are not affected')

  const { tenants } = createWorkerServices(app)
  await tenants.finish({ ...later, server: 'main' } as never)
  await tenants.finish({ ...later, server: 'main' } as never)
  t.equal((await user.get<TestTenant>(path)).body.data.status, 'active')
  t.equal((await uploaded(user, String(later?.id), 'x')).filename, 'file.txt')
  t.equal((await created(later?.id)).length, 1, 'its event comes once')
})

void t.test('a tenant that is deleted while it is being made ready stays deleted', async (t) => {
  const user = await signUp(url)
  const mend = await preventProvisioning()
  refused(t, await create(user, 'Unwanted'), 'TENANT_NOT_READY')
  await mend()
  const [tenant] = (await user.get<Page<OwnTenant>>('/api/tenants')).body.data.items
  t.equal((await user.delete(`/api/tenants/${tenant?.id}`)).status, 200)
  const unfinished = await resource(app, 'database').tenants.listUnfinished(-60)
  t.notOk(unfinished.some(({ id }) => id === tenant?.id))
  await createWorkerServices(app).tenants.finish({ ...tenant, server: 'main' } as never)
  t.match(
    await sql`select is_active, deleted_at is not null as deleted from tenants where id = ${String(tenant?.id)}`,
    [{ is_active: false, deleted: true }]
  )
})

void t.test('a failed tenant is not ready, and can be deleted', async (t) => {
  const user = await signUp(url)
  const tenant = await createTenant(user)
  await sql`update tenants set status = 'failed' where id = ${tenant.id}`
  await until(async () => (await user.get(`/api/tenants/${tenant.id}/files`)).status === 503)
  refused(t, await user.get(`/api/tenants/${tenant.id}/documents`), 'TENANT_NOT_READY')
  t.equal((await user.get<TestTenant>(`/api/tenants/${tenant.id}`)).body.data.status, 'failed')
  const leave = () => user.send('POST', '/api/users/me/delete', { password: PASSWORD })
  refused(t, await leave(), 'LAST_ADMIN', [`/tenants/${tenant.id}`])
  t.equal((await user.delete(`/api/tenants/${tenant.id}`)).status, 200)
  t.equal((await leave()).status, 200, 'it keeps nobody from deleting their account')
})

void t.test('all routes need a session', async (t) => {
  const anonymous = new Client(url)
  refused(t, await anonymous.get('/api/tenants'), 'NOT_AUTHENTICATED')
  refused(t, await create(anonymous, 'a'), 'NOT_AUTHENTICATED')
  refused(t, await create(anonymous, ''), 'NOT_AUTHENTICATED', [], 'the session is checked before the body')
  refused(t, await anonymous.get(`/api/tenants/${randomUUID()}`), 'NOT_AUTHENTICATED')
})
