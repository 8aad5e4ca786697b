import { randomUUID } from 'node:crypto'
import t from 'tap'
import {
  Client,
  createTenant,
  PASSWORD,
  refused,
  signUp,
  startApi,
  type Page,
  type TestTenant
} from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'

const { config, sql } = await createInstallation(t)
const { url } = await startApi(t, config)

interface TestUser {
  id: string
  email: string
  first_name: string
  last_name: string
  is_active: boolean
  created_at: string
  updated_at: string
}
type OwnTenant = TestTenant & { role: string; joined_at: string }

void t.test('a user gets their own account', async (t) => {
  const user = await signUp(url, 'ada')
  const answer = await user.get<TestUser>('/api/users/me')
  t.equal(answer.status, 200)
  const [row] = await sql<
    TestUser[]
  >`select id, kind, email, first_name, last_name, is_active, email_verified_at from users where id = ${user.userId}`
  const { created_at, updated_at, ...rest } = answer.body.data
  t.same(rest, row, 'no other details, such as the password')
  t.match(created_at, /Z$/)
  t.equal(updated_at, created_at)
})

void t.test('first and last name can be changed, together or separately', async (t) => {
  const user = await signUp(url)
  const put = (body: unknown) => user.send<TestUser>('PUT', '/api/users/me', body)
  const before = (await user.get<TestUser>('/api/users/me')).body.data
  const first = await put({ first_name: '  Grace ' })
  t.equal(first.status, 200)
  t.match(first.body.data, { id: user.userId, first_name: 'Grace', last_name: 'Test', email: user.email })
  t.ok(first.body.data.updated_at >= before.updated_at)
  t.equal(first.body.data.created_at, before.created_at)
  const both = await put({ first_name: '😀'.repeat(100), last_name: "O'Hopper; drop table users--" })
  t.match(both.body.data, { first_name: '😀'.repeat(100), last_name: "O'Hopper; drop table users--" })
  t.equal((await put({})).status, 200, 'an empty change is no error')
  t.same((await user.get<TestUser>('/api/users/me')).body.data.last_name, "O'Hopper; drop table users--")
  const [row] =
    await sql`select first_name, last_name, updated_at > created_at as changed from users where id = ${user.userId}`
  t.same(row, { first_name: '😀'.repeat(100), last_name: "O'Hopper; drop table users--", changed: true })
})

void t.test('nothing else can be changed', async (t) => {
  const user = await signUp(url)
  const other = await signUp(url)
  const before = await sql`select * from users order by id`
  const wrong: [unknown, string[]][] = [
    [{ email: other.email }, ['/email']],
    [{ email: user.email, first_name: 'a' }, ['/email']],
    [{ id: other.userId }, ['/id']],
    [{ is_active: false }, ['/is_active']],
    [{ password: PASSWORD }, ['/password']],
    [{ password_hash: 'x' }, ['/password_hash']],
    [{ first_name: null }, ['/first_name']],
    [{ first_name: '' }, ['/first_name']],
    [{ first_name: '\u00a0\u2003' }, ['/first_name']],
    [{ last_name: 'a'.repeat(101) }, ['/last_name']],
    [{ last_name: ['a'] }, ['/last_name']],
    [null, ['/']],
    [[], ['/']],
    ['name', ['/']]
  ]
  for (const [body, fields] of wrong) {
    refused(
      t,
      await user.send('PUT', '/api/users/me', body),
      'VALIDATION_ERROR',
      fields,
      JSON.stringify(body)
    )
  }
  t.same(await sql`select * from users order by id`, before)
})

void t.test('a user lists their tenants, including inactive ones, with their roles', async (t) => {
  const user = await signUp(url)
  const other = await signUp(url)
  t.same((await user.get<Page<OwnTenant>>('/api/users/me/tenants')).body.data, {
    items: [],
    pagination: { page: 1, per_page: 20, total: 0, pages: 0, next_cursor: null }
  })
  const own = await createTenant(user, 'own')
  const inactive = await createTenant(user, 'inactive')
  const foreign = await createTenant(other, 'foreign')
  const joined = await createTenant(other, 'joined')
  await sql`update tenants set is_active = false where id = ${inactive.id}`
  await sql`insert into user_tenant_associations (user_id, tenant_id, role, joined_at)
    values (${user.userId}, ${joined.id}, 'viewer', '2026-01-02T03:04:05.678Z')`
  const { body } = await user.get<Page<OwnTenant>>('/api/users/me/tenants')
  t.same(
    body.data.items.map(({ id, role, is_active }) => ({ id, role, is_active })),
    [
      { id: joined.id, role: 'viewer', is_active: true },
      { id: inactive.id, role: 'admin', is_active: false },
      { id: own.id, role: 'admin', is_active: true }
    ],
    'newest first'
  )
  t.equal(body.data.items[0]?.joined_at, '2026-01-02T03:04:05.678Z')
  t.notOk(JSON.stringify(body).includes(foreign.id))
  t.same(Object.keys(body.data.items[0] ?? {}).sort(), [
    'created_at',
    'database_name',
    'id',
    'is_active',
    'joined_at',
    'name',
    'revision',
    'role',
    'status',
    'updated_at'
  ])

  const pages = await Promise.all(
    [1, 2, 3].map((page) => user.get<Page<OwnTenant>>(`/api/users/me/tenants?per_page=2&page=${page}`))
  )
  t.same(
    pages.map((page) => page.body.data.items.map((tenant) => tenant.name)),
    [['joined', 'inactive'], ['own'], []]
  )
  for (const page of pages) t.match(page.body.data.pagination, { per_page: 2, total: 3, pages: 2 })
})

void t.test('an invalid page is refused', async (t) => {
  const user = await signUp(url)
  for (const query of ['page=0', 'page=-1', 'page=1.5', 'page=x', 'page=', 'page=1000001', 'page=1&page=2']) {
    refused(t, await user.get(`/api/users/me/tenants?${query}`), 'VALIDATION_ERROR', ['/page'], query)
  }
  for (const query of ['per_page=0', 'per_page=101', 'per_page=NaN', 'per_page=9999999999999999999999']) {
    refused(t, await user.get(`/api/users/me/tenants?${query}`), 'VALIDATION_ERROR', ['/per_page'], query)
  }
  t.equal((await user.get('/api/users/me/tenants?page=1000000&per_page=100')).status, 200)
})

void t.test('all routes need a session', async (t) => {
  const anonymous = new Client(url)
  for (const [method, path] of [
    ['GET', '/api/users/me'],
    ['PUT', '/api/users/me'],
    ['GET', '/api/users/me/tenants']
  ] as const) {
    refused(t, await anonymous.request(method, path), 'NOT_AUTHENTICATED', [], `${method} ${path}`)
  }
  refused(t, await new Client(url, randomUUID()).get('/api/users/me'), 'INVALID_TOKEN')
})
