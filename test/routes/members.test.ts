import { randomUUID } from 'node:crypto'
import t from 'tap'
import {
  createTenant,
  refused,
  signUp,
  signUpMember,
  startApi,
  type Page,
  type UserClient
} from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'

interface TestMember {
  user_id: string
  email: string
  first_name: string
  last_name: string
  role: string
  joined_at: string
}

const { config, sql } = await createInstallation(t)
const { url } = await startApi(t, config)

/** A tenant with its admin, and the path of its members. */
async function world() {
  const admin = await signUp(url, 'admin')
  const tenant = await createTenant(admin)
  const path = `/api/tenants/${tenant.id}/users`
  const roles = async () => {
    const rows = await sql<{ user_id: string; role: string }[]>`
      select user_id, role from user_tenant_associations where tenant_id = ${tenant.id}`
    return Object.fromEntries(rows.map(({ user_id, role }) => [user_id, role]))
  }
  return { admin, tenant, path, roles, join: (role: string) => signUpMember(url, sql, tenant.id, role) }
}
const deactivate = async (user: UserClient) => {
  await sql`update users set is_active = false where id = ${user.userId}`
  await until(async () => (await user.get('/api/users/me')).status === 401)
}

void t.test('a member is added by id', async (t) => {
  const { admin, path, roles } = await world()
  for (const role of ['admin', 'user', 'viewer']) {
    const user = await signUp(url, 'new')
    const added = await admin.send<TestMember>('POST', path, { user_id: user.userId.toUpperCase(), role })
    t.equal(added.status, 201)
    t.equal(added.body.message, 'Member added')
    const { joined_at, ...rest } = added.body.data
    const names = { first_name: 'new', last_name: 'Test' }
    t.same(rest, { user_id: user.userId, kind: 'person', email: user.email, ...names, role })
    t.match(joined_at, /^\d{4}-.*Z$/)
    t.equal((await user.get(path)).status, 200, 'the member has access at once')
    t.equal((await roles())[user.userId], role)
  }
})

void t.test('an e-mail address is invited, whatever its case and white space', async (t) => {
  const { admin, path, roles } = await world()
  const user = await signUp(url)
  const email = ` ${user.email.toUpperCase()}\t`
  const invited = await admin.send<{ email: string; token: string }>('POST', path, { email, role: 'viewer' })
  t.equal(invited.status, 202)
  t.match(invited.body.data, { email: user.email, role: 'viewer' })
  t.equal((await roles())[user.userId], undefined, 'the user is no member before accepting')
  const { token } = invited.body.data
  t.equal((await user.send('POST', '/api/auth/invitations/accept', { token })).status, 200)
  t.equal((await roles())[user.userId], 'viewer')
})

void t.test('invalid additions are refused', async (t) => {
  const { admin, path, roles, join } = await world()
  const viewer = await join('viewer')
  const deactivated = await signUp(url)
  await deactivate(deactivated)
  const before = await roles()
  const add = (body: unknown) => admin.send('POST', path, body)
  for (const [what, who] of Object.entries({
    'an unknown id': { user_id: randomUUID() },
    'a deactivated account by id': { user_id: deactivated.userId }
  }))
    refused(t, await add({ ...who, role: 'user' }), 'USER_NOT_FOUND', [], what)
  for (const role of ['viewer', 'admin'])
    refused(t, await add({ user_id: viewer.userId, role }), 'ALREADY_MEMBER')
  for (const email of ['nobody@example.com', deactivated.email, viewer.email.toUpperCase()])
    t.equal((await add({ email, role: 'user' })).status, 202, 'the answer reveals nothing about an address')
  refused(t, await add({ user_id: admin.userId, role: 'viewer' }), 'ALREADY_MEMBER')
  const wrong: [unknown, string[]][] = [
    [{ role: 'user' }, ['/user_id']],
    [{ user_id: randomUUID(), email: 'a@example.com', role: 'user' }, ['/user_id']],
    [{ user_id: 'x', role: 'user' }, ['/user_id']],
    [{ user_id: null, role: 'user' }, ['/user_id']],
    [{ user_id: [randomUUID()], role: 'user' }, ['/user_id']],
    [{ email: 'no address', role: 'user' }, ['/email']],
    [{ email: `${'a'.repeat(250)}@example.com`, role: 'user' }, ['/email']],
    [{ email: 7, role: 'user' }, ['/email']],
    [{ user_id: randomUUID() }, ['/role']],
    [{ user_id: randomUUID(), role: 'user', joined_at: '2020-01-01T00:00:00Z' }, ['/joined_at']],
    ...['owner', 'Admin', 'admin ', '', null, 1, ['admin'], { role: 'admin' }].map(
      (role): [unknown, string[]] => [{ user_id: randomUUID(), role }, ['/role']]
    ),
    [null, ['/']],
    [[], ['/']]
  ]
  for (const [body, fields] of wrong)
    refused(t, await add(body), 'VALIDATION_ERROR', fields, JSON.stringify(body).slice(0, 80))
  t.same(await roles(), before, 'no member was added')
})

void t.test('concurrent additions of the same person add one member', async (t) => {
  const { admin, path } = await world()
  const user = await signUp(url)
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => admin.send('POST', path, { user_id: user.userId, role: 'user' }))
  )
  t.equal(answers.filter(({ status }) => status === 201).length, 1)
  for (const answer of answers) if (answer.status !== 201) refused(t, answer, 'ALREADY_MEMBER')
})

void t.test('members are listed in pages, in the order in which they joined', async (t) => {
  const { admin, path, join } = await world()
  const members = [admin]
  for (const role of ['viewer', 'user', 'admin', 'user']) members.push(await join(role))
  const list = async (client: UserClient, query = '') =>
    (await client.get<Page<TestMember>>(path + query)).body.data
  for (const client of members) {
    const { items, pagination } = await list(client)
    t.same(
      items.map((member) => member.user_id),
      members.map((member) => member.userId)
    )
    t.same(pagination, { page: 1, per_page: 20, total: 5, pages: 1, next_cursor: null })
    t.equal(Object.keys(items[0] ?? {}).length, 7, 'no other details')
  }
  for (const [page, count] of [
    [1, 2],
    [2, 2],
    [3, 1],
    [4, 0]
  ] as const) {
    const { items, pagination } = await list(admin, `?per_page=2&page=${page}`)
    const expected = members.slice(2 * page - 2, 2 * page).map((member) => member.userId)
    t.same(
      items.map((member) => member.user_id),
      expected
    )
    t.equal(items.length, count)
    t.match(pagination, { page, per_page: 2, total: 5, pages: 3 })
  }
  for (const [query, field] of [
    ['page=0', '/page'],
    ['per_page=101', '/per_page'],
    ['page=x', '/page']
  ] as const)
    refused(t, await admin.get(`${path}?${query}`), 'VALIDATION_ERROR', [field], query)
})

void t.test('a role is changed', async (t) => {
  const { admin, path, roles, join } = await world()
  const member = await join('viewer')
  const put = (id: string, body: unknown) => admin.send<TestMember>('PUT', `${path}/${id}`, body)
  for (const role of ['user', 'admin', 'viewer', 'viewer']) {
    const changed = await put(member.userId.toUpperCase(), { role })
    t.equal(changed.status, 200)
    t.match(changed.body.data, { user_id: member.userId, email: member.email, role })
    t.equal((await roles())[member.userId], role)
    const add = await member.send('POST', path, { user_id: randomUUID(), role: 'user' })
    refused(t, add, role === 'admin' ? 'USER_NOT_FOUND' : 'INSUFFICIENT_ROLE', [], `as ${role}`)
  }
  refused(t, await put(randomUUID(), { role: 'user' }), 'MEMBER_NOT_FOUND')
  refused(t, await put((await signUp(url)).userId, { role: 'user' }), 'MEMBER_NOT_FOUND', [], 'a stranger')
  refused(t, await put('x', { role: 'user' }), 'VALIDATION_ERROR', ['/user_id'])
  for (const body of [{}, { role: 'owner' }, { role: null }, { role: ['user'] }])
    refused(t, await put(member.userId, body), 'VALIDATION_ERROR', ['/role'], JSON.stringify(body))
  refused(t, await put(member.userId, { role: 'user', email: 'a@b.c' }), 'VALIDATION_ERROR', ['/email'])
  t.same((await roles())[member.userId], 'viewer')
})

void t.test('a removed member loses access at once', async (t) => {
  const { admin, path, roles, join } = await world()
  const member = await join('user')
  t.equal((await member.get(path)).status, 200)
  const removed = await admin.delete(`${path}/${member.userId.toUpperCase()}`)
  t.equal(removed.status, 200)
  t.same(removed.body, { success: true, message: 'Member removed' })
  refused(t, await member.get(path), 'TENANT_NOT_FOUND')
  t.notOk(member.userId in (await roles()))
  refused(t, await admin.delete(`${path}/${member.userId}`), 'MEMBER_NOT_FOUND')
  refused(t, await admin.delete(`${path}/${randomUUID()}`), 'MEMBER_NOT_FOUND')
  refused(t, await admin.delete(`${path}/x`), 'VALIDATION_ERROR', ['/user_id'])
  t.equal(
    (await admin.send('POST', path, { user_id: member.userId, role: 'viewer' })).status,
    201,
    'they can be added again'
  )
  t.equal((await member.get(path)).status, 200)
})

void t.test('any member may leave, and only admins may remove others', async (t) => {
  const { admin, path, roles, join } = await world()
  for (const role of ['viewer', 'user', 'admin']) {
    const member = await join(role)
    if (role !== 'admin')
      refused(t, await member.delete(`${path}/${admin.userId}`), 'INSUFFICIENT_ROLE', [], role)
    t.equal((await member.delete(`${path}/${member.userId.toUpperCase()}`)).status, 200, `${role} leaves`)
    refused(t, await member.get(path), 'TENANT_NOT_FOUND')
  }
  t.same(await roles(), { [admin.userId]: 'admin' })
})

void t.test('the last admin remains admin', async (t) => {
  const { admin, path, roles, join } = await world()
  const user = await join('user')
  const own = `${path}/${admin.userId}`
  const stays = async (why: string) => {
    refused(t, await admin.delete(own), 'LAST_ADMIN', [], `leaves: ${why}`)
    for (const role of ['user', 'viewer'])
      refused(t, await admin.send('PUT', own, { role }), 'LAST_ADMIN', [], `becomes ${role}: ${why}`)
    t.equal((await admin.send('PUT', own, { role: 'admin' })).status, 200, 'setting the same role is allowed')
    t.equal((await roles())[admin.userId], 'admin')
  }
  await stays('the others are not admins')
  const second = await join('admin')
  await deactivate(second)
  await stays('the other admin is deactivated')
  t.equal((await admin.delete(`${path}/${second.userId}`)).status, 200, 'a deactivated admin can be removed')
  t.equal((await admin.send('PUT', `${path}/${user.userId}`, { role: 'admin' })).status, 200)
  t.equal((await admin.delete(own)).status, 200, 'now there is another admin')
  t.same(await roles(), { [user.userId]: 'admin' })
})

void t.test('a membership is deleted with its account or its tenant', async (t) => {
  const { admin, tenant, path, roles, join } = await world()
  const member = await join('user')
  const second = await join('admin')
  t.equal((await member.get(path)).status, 200)
  await sql`delete from users where id = ${member.userId}`
  await until(async () => (await member.get(path)).status === 401)
  t.same(Object.keys(await roles()).sort(), [admin.userId, second.userId].sort())
  t.equal((await admin.get<Page<TestMember>>(path)).body.data.pagination.total, 2)

  // Only a row: if the tenant had a database, nothing would find it once the row is deleted.
  const id = randomUUID()
  await sql`insert into tenants (id, name, database_name, status) values (${id}, 'row', ${`row_${id.slice(0, 8)}`}, 'active')`
  await sql`insert into user_tenant_associations (user_id, tenant_id, role) values (${admin.userId}, ${id}, 'admin')`
  t.equal((await admin.get(`/api/tenants/${id}`)).status, 200)
  await sql`delete from tenants where id = ${id}`
  await until(async () => (await admin.get(`/api/tenants/${id}`)).status === 404)
  refused(t, await admin.get(`/api/tenants/${id}`), 'TENANT_NOT_FOUND')
  t.same(await sql`select from user_tenant_associations where tenant_id = ${id}`, [])
  const { body } = await admin.get<Page<{ id: string }>>('/api/users/me/tenants')
  t.same(
    body.data.items.map((item) => item.id),
    [tenant.id]
  )
})
