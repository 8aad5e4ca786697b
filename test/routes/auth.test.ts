import { randomUUID } from 'node:crypto'
import t from 'tap'
import {
  Client,
  createTenant,
  logIn,
  PASSWORD,
  refused,
  signUp,
  startApi,
  type Answer
} from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'

const { config, sql } = await createInstallation(t, { JWT_ACCESS_TTL: '900' })
const { url } = await startApi(t, config)
const anonymous = new Client(url)

const account = (email: string, more: object = {}) => ({
  email,
  password: PASSWORD,
  first_name: 'Ada',
  last_name: 'Lovelace',
  ...more
})
const register = (body: unknown) => anonymous.send('POST', '/api/auth/register', body)
const login = (body: unknown) => anonymous.send('POST', '/api/auth/login', body)
const withToken = (token: string) => new Client(url, token).get('/api/users/me')

void t.test('a registration creates an account with clean fields', async (t) => {
  const names = { first_name: '  Ada ', last_name: 'Łovelace-O’Brien\n' }
  const answer = await register(account('  Ada.L+x@Example.COM\t', names))
  t.equal(answer.status, 201)
  t.equal(answer.body.success, true)
  const { id, created_at, updated_at, ...rest } = answer.body.data
  t.same(rest, {
    kind: 'person',
    email: 'ada.l+x@example.com',
    first_name: 'Ada',
    last_name: 'Łovelace-O’Brien',
    is_active: true,
    email_verified_at: null
  })
  t.match(created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  t.equal(updated_at, created_at)
  const [row] = await sql`select * from users where id = ${String(id)}`
  t.match(row, { email: 'ada.l+x@example.com', first_name: 'Ada', password_hash: /^\$argon2id\$/ })
})

void t.test('an e-mail address that differs only in case is taken', async (t) => {
  t.equal((await register(account('taken@example.com'))).status, 201)
  refused(t, await register(account('taken@example.com')), 'EMAIL_TAKEN')
  refused(t, await register(account(' TAKEN@example.COM ')), 'EMAIL_TAKEN')
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, index) =>
      register(account(index % 2 === 0 ? 'race@example.com' : 'RACE@example.com'))
    )
  )
  t.equal(answers.filter((answer) => answer.status === 201).length, 1)
  for (const answer of answers) if (answer.status !== 201) refused(t, answer, 'EMAIL_TAKEN')
})

void t.test('invalid registrations are refused', async (t) => {
  const accounts = async () => (await sql`select id from users`).length
  const before = await accounts()
  const wrong: [object, string[]][] = [
    [{}, ['/email', '/first_name', '/last_name', '/password']],
    [account('no at'), ['/email']],
    [account('a@b'), ['/email']],
    [account('a@b.'), ['/email']],
    [account('a@.b'), ['/email']],
    [account('a@b..c'), ['/email']],
    ...['*', '_', '/', '%', '!', '`', '|', '~', '=', '\u007f'].map((sign): [object, string[]] => [
      account(`a@b${sign}.example`),
      ['/email']
    ]),
    [account('a@example.com*'), ['/email']],
    [account('@example.com'), ['/email']],
    [account('a@example.com, b@example.com'), ['/email']],
    [account('Ada <ada@example.com>'), ['/email']],
    [account('a\nb@example.com'), ['/email']],
    [account('a\0@example.com'), ['/email']],
    [account(''), ['/email']],
    [account(`${'a'.repeat(250)}@example.com`), ['/email']],
    // Each of these letters becomes two characters in lower case.
    [account(`${'İ'.repeat(200)}@example.com`), ['/email']],
    [account('x@example.com', { email: null }), ['/email']],
    [account('x@example.com', { email: ['x@example.com'] }), ['/email']],
    [account('x@example.com', { password: 'seven77' }), ['/password']],
    [account('x@example.com', { password: '😀'.repeat(7) }), ['/password']],
    [account('x@example.com', { password: 'a'.repeat(257) }), ['/password']],
    [account('x@example.com', { password: 'é'.repeat(129) }), ['/password']],
    [account('x@example.com', { password: 'pass\0word' }), ['/password']],
    [account('x@example.com', { password: 12345678 }), ['/password']],
    [account('x@example.com', { first_name: '' }), ['/first_name']],
    [account('x@example.com', { first_name: ' \t ' }), ['/first_name']],
    [account('x@example.com', { first_name: 'a'.repeat(101) }), ['/first_name']],
    [account('x@example.com', { first_name: 'a\0b', last_name: 7 }), ['/first_name', '/last_name']],
    [account('x@example.com', { is_active: true }), ['/is_active']],
    [account('x@example.com', { id: randomUUID() }), ['/id']],
    [account('x@example.com', { 'a/b~c': 1 }), ['/a~1b~0c']]
  ]
  for (const [body, fields] of wrong) {
    refused(t, await register(body), 'VALIDATION_ERROR', fields, JSON.stringify(body).slice(0, 100))
  }
  t.same(await accounts(), before, 'none of them has an account')
})

void t.test('the shortest and longest passwords and names are accepted', async (t) => {
  for (const [index, password] of [
    'ej8:t7Qz',
    '😀😃😄😁😆😅😂🙂',
    `${'correct horse '.repeat(18)}abcd`,
    `${'é und è '.repeat(25)}123456`,
    ' as if  '
  ].entries()) {
    const email = `limit${index}@example.com`
    const answer = await register(account(email, { password, first_name: '😀'.repeat(100) }))
    t.equal(answer.status, 201, password)
    t.equal(answer.body.data['first_name'], '😀'.repeat(100))
    t.equal((await login({ email, password })).status, 200, password)
    refused(t, await login({ email, password: `${password}x` }), 'INVALID_CREDENTIALS')
    refused(
      t,
      await login({ email, password: Array.from(password).slice(0, -1).join('') }),
      'INVALID_CREDENTIALS'
    )
  }
})

void t.test('a login returns tokens and the tenants of the account', async (t) => {
  const user = await signUp(url)
  const tenant = await createTenant(user, 'Mine')
  const inactive = await createTenant(user, 'Inactive')
  await sql`update tenants set is_active = false where id = ${inactive.id}`
  const answer = await login({ email: ` ${user.email.toUpperCase()} `, password: PASSWORD })
  t.equal(answer.status, 200)
  const { access_token, refresh_token, ...rest } = answer.body.data
  t.match(rest, { token_type: 'Bearer', expires_in: 900, user: { id: user.userId, email: user.email } })
  t.notOk('password_hash' in (rest['user'] as object))
  t.match(rest['tenants'], [{ id: tenant.id, name: 'Mine', role: 'admin', joined_at: String }])
  t.equal((rest['tenants'] as unknown[]).length, 1, 'only the active tenant')
  t.equal((await withToken(String(access_token))).status, 200)
  t.not(refresh_token, user.refreshToken, 'a session of its own')
})

void t.test('a failed log-in does not reveal why', async (t) => {
  const user = await signUp(url)
  const deactivated = await signUp(url)
  await sql`update users set is_active = false where id = ${deactivated.userId}`
  const anonymized = ({ status, body }: Answer) => ({
    status,
    body: { ...body, error: { ...body.error, request_id: '' } }
  })
  const answers = await Promise.all(
    [
      { email: user.email, password: `${PASSWORD}!` },
      { email: user.email, password: PASSWORD.toUpperCase() },
      { email: 'nobody@example.com', password: PASSWORD },
      { email: deactivated.email, password: PASSWORD },
      { email: user.email, password: 'a'.repeat(1000) },
      { email: user.email, password: 'x' }
    ].map(login)
  )
  for (const answer of answers) {
    refused(t, answer, 'INVALID_CREDENTIALS')
    t.same(anonymized(answer), anonymized(answers[0] as Answer))
  }
  refused(t, await login({ email: user.email }), 'VALIDATION_ERROR', ['/password'])
  refused(t, await login({ email: user.email, password: '' }), 'VALIDATION_ERROR', ['/password'])
  refused(t, await login({ email: 'x', password: PASSWORD, remember: true }), 'VALIDATION_ERROR', [
    '/email',
    '/remember'
  ])
})

void t.test('a logout ends its own session only', async (t) => {
  const user = await signUp(url)
  const other = await logIn(url, user.email)
  const answer = await user.request('POST', '/api/auth/logout')
  t.equal(answer.status, 200)
  t.same(answer.body, { success: true, message: 'Logged out' })
  refused(t, await user.get('/api/users/me'), 'TOKEN_REVOKED')
  refused(t, await user.get(`/api/tenants/${randomUUID()}`), 'TOKEN_REVOKED')
  refused(t, await user.request('POST', '/api/auth/logout'), 'TOKEN_REVOKED')
  const refresh = await anonymous.send('POST', '/api/auth/refresh', { refresh_token: user.refreshToken })
  refused(t, refresh, 'INVALID_TOKEN')
  t.equal((await withToken(other.access_token)).status, 200, 'other sessions continue')
  const rows =
    await sql`select revoked_at is not null as revoked from token_families where user_id = ${user.userId} order by created_at`
  t.same(rows, [{ revoked: true }, { revoked: false }])
})

void t.test('a deactivated or deleted account loses access', async (t) => {
  const user = await signUp(url)
  const tenant = await createTenant(user)
  await sql`update users set is_active = false where id = ${user.userId}`
  const tries = () =>
    Promise.all([user.get('/api/users/me'), user.get(`/api/tenants/${tenant.id}`), user.get('/api/tenants')])
  // The rows were changed by hand, so the API learns of it from the database.
  await until(async () => (await user.get('/api/users/me')).status === 401)
  for (const answer of await tries()) refused(t, answer, 'TOKEN_REVOKED')
  await sql`update users set is_active = true where id = ${user.userId}`
  for (const answer of await tries()) t.equal(answer.status, 200)
  await sql`delete from users where id = ${user.userId}`
  await until(async () => (await user.get('/api/users/me')).status === 401)
  for (const answer of await tries()) refused(t, answer, 'TOKEN_REVOKED')
})
