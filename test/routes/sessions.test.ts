import { randomUUID } from 'node:crypto'
import t from 'tap'
import { createClient } from '../../db/client.js'
import { createSessionStart } from '../../db/main/session-start.js'
import {
  Client,
  createTenant,
  logIn,
  PASSWORD,
  refused,
  signUp,
  startApi,
  type Page,
  type UserClient
} from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'

interface TestSession {
  id: string
  user_agent: string | null
  ip_address: string | null
  created_at: string
  last_used_at: string
  expires_at: string
  current: boolean
}

const { config, configWith, sql } = await createInstallation(t)
const { url } = await startApi(t, config)
const second = await startApi(t, config)

const list = async (client: Client, query = '') =>
  (await client.get<Page<TestSession>>(`/api/users/me/sessions${query}`)).body.data
const refresh = (refresh_token: string) =>
  new Client(url).send<{ access_token: string }>('POST', '/api/auth/refresh', { refresh_token })
const password = (client: Client, current_password: unknown, new_password: unknown) =>
  client.send('PUT', '/api/users/me/password', { current_password, new_password })
const login = (email: string, given: string, headers = {}, at = url) =>
  new Client(at).request<{ access_token: string; refresh_token: string }>('POST', '/api/auth/login', {
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ email, password: given })
  })

/** An account with this many additional sessions; the client has the first one. */
async function withSessions(more: number) {
  const user = await signUp(url)
  const others = []
  for (let index = 0; index < more; index++) {
    const { access_token, refresh_token } = await logIn(index % 2 ? url : second.url, user.email)
    others.push({
      client: new Client(url, access_token),
      elsewhere: new Client(second.url, access_token),
      refresh_token
    })
  }
  return { user, others }
}
type Other = Awaited<ReturnType<typeof withSessions>>['others'][number]

async function isOver(t: import('tap').Test, { client, elsewhere, refresh_token }: Other): Promise<void> {
  refused(t, await client.get('/api/users/me'), 'TOKEN_REVOKED', [], 'at once in this process')
  await until(async () => (await elsewhere.get('/api/users/me')).status === 401)
  refused(t, await elsewhere.get('/api/users/me'), 'TOKEN_REVOKED', [], 'also in the other process')
  refused(t, await refresh(refresh_token), 'INVALID_TOKEN')
}
async function goesOn(t: import('tap').Test, { client, elsewhere, refresh_token }: Other): Promise<void> {
  t.equal((await client.get('/api/users/me')).status, 200)
  t.equal((await elsewhere.get('/api/users/me')).status, 200)
  t.equal((await refresh(refresh_token)).status, 200)
}

void t.test('a user lists their sessions, with device, address and times', async (t) => {
  const user = await signUp(url)
  await signUp(url, 'somebody')
  const agents = { phone: 'Phone/1.0 (🤳 not latin)', long: 'x'.repeat(2000) }
  t.equal((await login(user.email, PASSWORD, { 'user-agent': encodeURI(agents.phone) })).status, 200)
  t.equal((await login(user.email, PASSWORD, { 'user-agent': agents.long })).status, 200)
  const { items, pagination } = await list(user)
  t.same(pagination, { page: 1, per_page: 20, total: 3, pages: 1, next_cursor: null })
  t.same(
    items.map(({ current }) => current),
    [false, false, true],
    'most recently used first'
  )
  t.same(
    items.map(({ user_agent }) => user_agent),
    ['x'.repeat(255), encodeURI(agents.phone), 'node']
  )
  for (const session of items) {
    t.equal(session.ip_address, '127.0.0.1')
    t.equal(session.created_at, session.last_used_at)
    t.equal(Date.parse(session.expires_at) - Date.parse(session.created_at), 604_800_000)
    t.equal(Object.keys(session).length, 7, 'no other details')
  }
  t.same(
    (await list(user, '?per_page=2&page=2')).items.map(({ current }) => current),
    [true]
  )
  t.same((await list(user, '?page=9')).items, [])
  refused(t, await user.get('/api/users/me/sessions?per_page=0'), 'VALIDATION_ERROR', ['/per_page'])
})

void t.test('an expired or ended session is not listed', async (t) => {
  const { user, others } = await withSessions(2)
  await others[0]?.client.request('POST', '/api/auth/logout')
  const ids = (await list(user)).items.filter(({ current }) => !current).map(({ id }) => id)
  t.equal(ids.length, 1)
  await sql`update token_families set expires_at = now() - interval '1 second' where id = ${String(ids[0])}`
  t.same(
    (await list(user)).items.map(({ current }) => current),
    [true]
  )
})

void t.test('a session can be ended', async (t) => {
  const { user, others } = await withSessions(2)
  const [ended, kept] = others as [Other, Other]
  const current = (await list(ended.client)).items.find((session) => session.current)
  const answer = await user.delete(`/api/users/me/sessions/${String(current?.id).toUpperCase()}`)
  t.equal(answer.status, 200)
  t.same(answer.body, { success: true, message: 'Session ended' })
  await isOver(t, ended)
  await goesOn(t, kept)
  t.equal((await user.get('/api/users/me')).status, 200)
  const again = await user.delete(`/api/users/me/sessions/${current?.id}`)
  refused(t, again, 'SESSION_NOT_FOUND', [], 'it no longer exists')
})

void t.test("a user can end their own current session, but nobody else's", async (t) => {
  const { user } = await withSessions(0)
  const stranger = await signUp(url)
  const [session] = (await list(stranger)).items
  refused(t, await user.delete(`/api/users/me/sessions/${session?.id}`), 'SESSION_NOT_FOUND')
  refused(t, await user.delete(`/api/users/me/sessions/${randomUUID()}`), 'SESSION_NOT_FOUND')
  refused(t, await user.delete('/api/users/me/sessions/x'), 'VALIDATION_ERROR', ['/session_id'])
  t.equal((await stranger.get('/api/users/me')).status, 200)
  const [own] = (await list(user)).items
  t.equal((await user.delete(`/api/users/me/sessions/${own?.id}`)).status, 200)
  refused(t, await user.get('/api/users/me'), 'TOKEN_REVOKED')
})

void t.test('all other sessions can be ended', async (t) => {
  const { user, others } = await withSessions(3)
  const stranger = await signUp(url)
  const answer = await user.delete('/api/users/me/sessions')
  t.same(answer.body, { success: true, message: '3 other sessions ended' })
  for (const other of others) await isOver(t, other)
  t.equal((await list(user)).items.length, 1)
  t.equal((await refresh(user.refreshToken)).status, 200, 'this session continues')
  t.equal((await stranger.get('/api/users/me')).status, 200)
  t.same((await user.delete('/api/users/me/sessions')).body.message, '0 other sessions ended')
})

void t.test('a new password ends the other sessions and works from now on', async (t) => {
  const { user, others } = await withSessions(2)
  const tenant = await createTenant(user)
  const changed = await password(user, PASSWORD, 'a better password')
  t.equal(changed.status, 200)
  t.match(changed.body, { success: true, message: String })
  for (const other of others) {
    refused(t, await other.client.get(`/api/tenants/${tenant.id}`), 'TOKEN_REVOKED', [], 'in a tenant too')
    await isOver(t, other)
  }
  t.equal((await user.get('/api/users/me')).status, 200)
  t.equal((await refresh(user.refreshToken)).status, 200)
  refused(t, await login(user.email, PASSWORD), 'INVALID_CREDENTIALS')
  t.equal((await login(user.email, 'a better password')).status, 200)
  t.equal((await login(user.email, 'a better password', {}, second.url)).status, 200)
})

void t.test('a refused password change changes nothing', async (t) => {
  const { user, others } = await withSessions(1)
  const before = await sql`select password_hash, updated_at from users where id = ${user.userId}`
  refused(t, await password(user, 'wrong password', 'a better password'), 'WRONG_PASSWORD', [
    '/current_password'
  ])
  const wrong: [unknown, unknown, string[]][] = [
    [PASSWORD, 'seven77', ['/new_password']],
    [PASSWORD, 'a'.repeat(257), ['/new_password']],
    [PASSWORD, 'é'.repeat(129), ['/new_password']],
    [PASSWORD, 'with\0zero', ['/new_password']],
    [PASSWORD, null, ['/new_password']],
    ['', 'a better password', ['/current_password']],
    [undefined, undefined, ['/current_password', '/new_password']]
  ]
  for (const [current, next, fields] of wrong)
    refused(
      t,
      await password(user, current, next),
      'VALIDATION_ERROR',
      fields,
      JSON.stringify([current, next])
    )
  t.same(await sql`select password_hash, updated_at from users where id = ${user.userId}`, before)
  await goesOn(t, others[0] as Other)
  for (const weak of ['password', 'Passw0rd!', user.email, `${user.email.split('@')[0]}1`])
    refused(t, await password(user, PASSWORD, weak), 'WEAK_PASSWORD', ['/new_password'], weak)
  t.same(await sql`select password_hash, updated_at from users where id = ${user.userId}`, before)
  const longest = `${'correct é horse '.repeat(15)}x`
  t.equal(Buffer.byteLength(longest), 256)
  t.equal((await password(user, PASSWORD, longest)).status, 200, '256 bytes are allowed')
  t.equal((await login(user.email, longest)).status, 200)
})

void t.test('of two concurrent password changes, one succeeds', async (t) => {
  const { user, others } = await withSessions(1)
  const clients = [user, (others[0] as Other).elsewhere]
  const answers = await Promise.all(
    clients.map((client, index) => password(client, PASSWORD, `new password ${index}`))
  )
  const winner = answers.findIndex(({ status }) => status === 200)
  t.equal(answers.filter(({ status }) => status === 200).length, 1)
  t.equal((await login(user.email, `new password ${winner}`)).status, 200)
  refused(t, await login(user.email, `new password ${1 - winner}`), 'INVALID_CREDENTIALS')
})

/** Whether a statement waits for a lock. */
const waits = async () =>
  (await sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)
    .length > 0

void t.test('a log-in with the old password fails if the password changes meanwhile', async (t) => {
  const { user } = await withSessions(0)
  const other = await signUp(url)
  const late = await sql.begin(async (transaction) => {
    await transaction`update users set password_hash = (select password_hash from users where id = ${other.userId})
      where id = ${user.userId}`
    const answer = login(user.email, PASSWORD)
    await until(waits)
    return { answer }
  })
  refused(t, await late.answer, 'INVALID_CREDENTIALS')
  t.equal((await list(user)).pagination.total, 1, 'no new session')
})

void t.test('a session that is starting while the password changes ends with the others', async (t) => {
  const { user } = await withSessions(0)
  const started = randomUUID()
  const late = await sql.begin(async (transaction) => {
    await transaction`select from users where id = ${user.userId} for share`
    await transaction`insert into token_families (id, user_id, expires_at)
      values (${started}, ${user.userId}, now() + interval '1 day')`
    const answer = password(user, PASSWORD, 'a better password')
    await until(waits)
    return { answer }
  })
  t.equal((await late.answer).status, 200)
  const [row] = await sql`select revoked_at is not null as revoked from token_families where id = ${started}`
  t.same(row, { revoked: true })
})

/** The last use in the session's row, once the application that was used has closed. */
async function used(client: UserClient, headers: Record<string, string>, settings = config) {
  const { app, url: at } = await startApi(t, settings)
  await sql`update token_families set last_used_at = '2020-01-01', ip_address = null where user_id = ${client.userId}`
  t.equal((await new Client(at, client.token).request('GET', '/api/users/me', { headers })).status, 200)
  await app.close()
  const [row] = await sql<{ ip_address: string; recent: boolean }[]>`
    select ip_address, last_used_at > now() - interval '1 minute' as recent from token_families where user_id = ${client.userId}`
  return row
}

void t.test('the last use of a session is recorded, with its address', async (t) => {
  const user = await signUp(url)
  const forwarded = { 'x-forwarded-for': '203.0.113.7' }
  t.same(
    await used(user, forwarded),
    { ip_address: '127.0.0.1', recent: true },
    'the forwarded address is not trusted'
  )
  const ended = await signUp(url)
  const other = await logIn(url, ended.email)
  await new Client(url, other.access_token).delete('/api/users/me/sessions')
  refused(t, await ended.get('/api/users/me'), 'TOKEN_REVOKED')
})

void t.test('a session ends at its maximum age, however often it is refreshed', async (t) => {
  const api = await startApi(t, configWith({ SESSION_MAX_AGE: '3600' }))
  const user = await signUp(api.url)
  const age = (seconds: number) =>
    sql`update token_families set created_at = now() - make_interval(secs => ${seconds}),
      expires_at = greatest(expires_at, now() + interval '1 hour') where user_id = ${user.userId}`
  interface Pair {
    access_token: string
    refresh_token: string
    expires_in: number
  }
  const refresh = (refresh_token: string) =>
    new Client(api.url).send<Pair>('POST', '/api/auth/refresh', { refresh_token })
  await age(3000)
  const late = await refresh(user.refreshToken)
  t.equal(late.status, 200)
  const { expires_in, access_token } = late.body.data
  t.ok(expires_in > 500 && expires_in <= 600, 'the access token does not outlive the session')
  const claims = JSON.parse(String(Buffer.from(String(access_token.split('.')[1]), 'base64url'))) as {
    exp: number
  }
  const [row] = await sql<{ left: number; exact: boolean }[]>`
    select extract(epoch from expires_at - now())::float8 as left,
      expires_at = created_at + interval '1 hour' as exact from token_families where user_id = ${user.userId}`
  t.equal(row?.exact, true)
  t.ok(claims.exp <= Date.now() / 1000 + Number(row?.left) + 1)
  const listed = async () =>
    (await new Client(api.url, access_token).get<Page<{ id: string }>>('/api/users/me/sessions')).body.data
      .items
  t.equal((await listed()).length, 1)
  await age(3601)
  t.equal((await listed()).length, 0)
  refused(t, await refresh(late.body.data.refresh_token), 'TOKEN_EXPIRED')
})

void t.test(
  'the oldest session ends when there is one too many, even if several begin at once',
  async (t) => {
    const one = await startApi(t, configWith({ SESSIONS_PER_ACCOUNT: '3' }))
    const two = await startApi(t, configWith({ SESSIONS_PER_ACCOUNT: '3' }))
    const user = await signUp(one.url)
    const live = () =>
      sql`select id from token_families where user_id = ${user.userId} and revoked_at is null and expires_at > now()`
    const status = async (at: string, token: string) =>
      (await new Client(at, token).get('/api/users/me')).status
    t.equal(await status(two.url, String(user.token)), 200)
    for (let index = 0; index < 3; index++) await logIn(one.url, user.email)
    t.equal(await status(one.url, String(user.token)), 401, 'at once in the process that ended it')
    await until(async () => (await status(two.url, String(user.token))) === 401)
    t.equal((await live()).length, 3)
    await Promise.all(
      Array.from({ length: 10 }, (_, index) => logIn(index % 2 ? one.url : two.url, user.email))
    )
    t.equal((await live()).length, 3)
  }
)

void t.test('a log-in does not read the ended sessions of its account', async (t) => {
  const { userId } = await signUp(url)
  await sql`insert into token_families (id, user_id, created_at, expires_at, revoked_at)
    select gen_random_uuid(), ${userId}, now(), now() + interval '1 day', now() from generate_series(1, 5000)`
  await sql`analyze token_families`
  const [user] = await sql<{ password_hash: string }[]>`select password_hash from users where id = ${userId}`
  // One connection, which can tell what it has read.
  const own = createClient(config.database, { max: 1, applicationName: 'strongroom-test' })
  t.teardown(() => own.close())
  const rowsRead = async () => {
    await own.sql`select pg_stat_force_next_flush()`
    const [row] = await own.sql<{ rows: number }[]>`
      select (seq_tup_read + idx_tup_fetch)::int as rows from pg_stat_user_tables where relname = 'token_families'`
    return row?.rows ?? NaN
  }
  const logIn = createSessionStart(own.sql, { maxAge: 3600, perAccount: 50 })
  const before = await rowsRead()
  const started = await logIn(
    { id: randomUUID(), userAgent: null, ttl: 60 },
    { userId, ip: '::1', onBehalfOf: null },
    { passwordHash: String(user?.password_hash), guess: { own: 'nobody', others: [] } }
  )
  t.same(started, { outcome: 'started', displaced: [] })
  const read = (await rowsRead()) - before
  t.ok(read < 1000, `${read} rows`)
})
