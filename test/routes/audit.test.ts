import t from 'tap'
import {
  Client,
  createTenant,
  logIn,
  PASSWORD,
  refused,
  signUp,
  signUpMember,
  startApi,
  uploaded,
  type Page,
  type UserClient
} from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'
import { startWorker } from '../helpers/worker.js'
import { waitingEvents } from '../helpers/committed-events.js'

interface Entry {
  event_id: string
  action: string
  user_id: string | null
  target: { type: string; id: string }
  details: Record<string, unknown>
  ip: string | null
  timestamp: string
}

/** Keeps events after delivery, so that they can be delivered again. */
const { config, sql } = await createInstallation(t)
await startWorker(t, config)
const { url } = await startApi(t, config)

const list = async (client: Client, path: string, query = '') =>
  (await client.get<Page<Entry>>(`${path}${query}`)).body.data
const OWN = '/api/users/me/audit'
const of = (tenantId: string) => `/api/tenants/${tenantId}/audit`

/** Waits for this many entries; the oldest comes first. */
async function entries(client: Client, path: string, count: number): Promise<Entry[]> {
  await until(async () => (await list(client, path)).pagination.total >= count)
  const { items, pagination } = await list(client, path, '?per_page=100')
  t.equal(pagination.total, items.length)
  return items.reverse()
}
const short = ({ action, user_id, target, details, ip }: Entry) => ({ action, user_id, target, details, ip })
const IP = '127.0.0.1'

void t.test("a user's activity outside tenants is recorded", async (t) => {
  const user = await signUp(url)
  const account = { type: 'user', id: user.userId }
  const wrong = (email: string) =>
    new Client(url).send('POST', '/api/auth/login', { email, password: 'a wrong password' })
  await wrong(user.email)
  const left = new Client(url, (await logIn(url, user.email)).access_token)
  await left.request('POST', '/api/auth/logout')
  const others = [await logIn(url, user.email), await logIn(url, user.email)]
  const sessions = await sql<{ id: string }[]>`
    select id from token_families where user_id = ${user.userId} order by created_at`
  const session = (index: number) => ({ type: 'session', id: String(sessions[index]?.id) })
  await user.delete(`/api/users/me/sessions/${session(2).id}`)
  await user.delete('/api/users/me/sessions')
  await user.send('PUT', '/api/users/me/password', { current_password: 'x', new_password: 'a new password' })
  await user.send('PUT', '/api/users/me/password', { current_password: PASSWORD, new_password: PASSWORD })
  const again = async (refresh_token: string) =>
    (await user.send<{ refresh_token: string }>('POST', '/api/auth/refresh', { refresh_token })).body.data
  await again((await again(user.refreshToken)).refresh_token)
  await again(user.refreshToken)
  t.equal(others.length, 2)
  const after = new Client(url, (await logIn(url, user.email)).access_token)

  const found = (await entries(after, OWN, 13)).map(short)
  const entry = (action: string, target: object, details = {}) => ({
    action,
    user_id: user.userId,
    target,
    details,
    ip: IP
  })
  const expected = [
    entry('user.registered', account),
    entry('auth.login', session(0)),
    entry('auth.password_refused', account, { failures: 1, blocked: false }),
    entry('auth.login', session(1)),
    entry('auth.logout', session(1)),
    entry('auth.login', session(2)),
    entry('auth.login', session(3)),
    entry('session.ended', session(2)),
    entry('session.ended', session(3)),
    entry('auth.password_refused', account, { failures: 1, blocked: false }),
    entry('user.password_changed', account),
    entry('auth.token_reused', session(0)),
    entry('auth.login', { type: 'session', id: found.at(-1)?.target.id })
  ]
  t.same(found, expected)
  const stranger = await signUp(url)
  t.same(
    (await entries(stranger, OWN, 2)).map(({ action }) => action),
    ['user.registered', 'auth.login'],
    'others see nothing of it'
  )
})

void t.test('guesses at an unknown address are recorded without the typed text', async (t) => {
  const typed = 'my-password@instead.of.my.address'
  await new Client(url).send('POST', '/api/auth/login', { email: typed, password: 'a wrong password' })
  const rows = () => sql`select * from audit_log where target ->> 'type' = 'unknown_account'`
  await until(async () => (await rows()).length > 0)
  t.match(await rows(), [{ action: 'auth.password_refused', user_id: null, tenant_id: null, ip: IP }])
  t.notOk(JSON.stringify(await rows()).includes('instead'))
})

void t.test('activity in a tenant is recorded', async (t) => {
  const admin = await signUp(url)
  const tenant = await createTenant(admin, 'Acme')
  const path = `/api/tenants/${tenant.id}`
  const member = await signUp(url)
  const user = { type: 'user', id: member.userId }
  await admin.send('POST', `${path}/users`, { user_id: member.userId, role: 'viewer' })
  await admin.send('POST', `${path}/users`, { user_id: member.userId, role: 'viewer' })
  await admin.send('PUT', `${path}/users/${member.userId}`, { role: 'user' })
  await admin.send('PUT', `${path}/users/${member.userId}`, { role: 'user' })
  await admin.send('PUT', `${path}/users/${admin.userId}`, { role: 'viewer' })
  const document = await uploaded(member, tenant.id, 'content')
  await member.send('PUT', `${path}/documents/${document.id}`, { filename: 'new.txt' })
  await member.delete(`${path}/users/${member.userId}`)
  await admin.send('PUT', path, { name: 'Acme 2' })
  await admin.send('PUT', path, { is_active: false })
  await admin.send('PUT', path, { is_active: true })
  await admin.delete(path)
  await admin.send('PUT', path, { is_active: true })

  const found = await entries(admin, of(tenant.id), 11)
  const whole = { type: 'tenant', id: tenant.id }
  const by = (client: UserClient, action: string, target: object, details: object) => ({
    action,
    user_id: client.userId,
    target,
    details,
    ip: IP
  })
  const ofDocuments = found.filter(({ action }) => action.startsWith('document.'))
  const target = { type: 'document', id: document.id }
  const { file_id } = document
  const noData = { external_id: null, metadata: {}, tags: [], folder: '/' }
  t.same(ofDocuments.map(short), [
    by(member, 'document.created', target, {
      ...{ filename: 'file.txt', mime_type: 'text/plain', file_id, file_size: 7 },
      ...noData
    }),
    by(member, 'document.updated', target, {
      ...{ filename: 'new.txt', mime_type: 'text/plain', ...noData },
      revision: 2,
      previous: { filename: 'file.txt', mime_type: 'text/plain', ...noData }
    })
  ])
  t.same(found.filter((entry) => !ofDocuments.includes(entry)).map(short), [
    by(admin, 'tenant.created', whole, { name: 'Acme' }),
    by(admin, 'member.added', user, { role: 'viewer' }),
    by(admin, 'member.role_changed', user, { role: 'user', previous_role: 'viewer' }),
    by(member, 'member.removed', user, { role: 'user' }),
    by(admin, 'tenant.updated', whole, { name: 'Acme 2', previous_name: 'Acme' }),
    by(admin, 'tenant.deactivated', whole, { name: 'Acme 2', previous_name: 'Acme 2' }),
    by(admin, 'tenant.reactivated', whole, { name: 'Acme 2', previous_name: 'Acme 2' }),
    by(admin, 'tenant.deleted', whole, { name: 'Acme 2' }),
    by(admin, 'tenant.reactivated', whole, { name: 'Acme 2', previous_name: 'Acme 2' })
  ])
  const own = await list(admin, OWN)
  t.notOk(
    own.items.some(({ action }) => /^(tenant|member|document)\./.test(action)),
    "the tenant's entries are not among them"
  )
})

void t.test('an event delivered three times is stored once', async (t) => {
  const admin = await signUp(url)
  const tenant = await createTenant(admin)
  const before = await entries(admin, of(tenant.id), 1)
  const all = async () => await sql`select * from audit_log order by event_id`
  const published = async () => (await waitingEvents(sql)) === 0
  for (let delivery = 2; delivery <= 3; delivery++) {
    await until(published)
    await sql`update event_state set published = 0`
    // The event of this change comes after the repeated ones of its key.
    await admin.send('PUT', `/api/tenants/${tenant.id}`, { name: `Delivery ${delivery}` })
    const newest = async () => (await list(admin, of(tenant.id))).items[0]?.details['name']
    await until(async () => (await newest()) === `Delivery ${delivery}`)
  }
  const after = await entries(admin, of(tenant.id), 3)
  t.same(after.slice(0, 1), before)
  t.equal(after.length, 3)
  const rows = await all()
  t.equal(new Set(rows.map((row) => row['event_id'] as string)).size, rows.length)
})

/** Inserts entries as if they had been read from events; three at a time share a time. */
async function fill(tenantId: string, userId: string, count: number): Promise<void> {
  await sql`insert into audit_log (event_id, tenant_id, user_id, action, target, details, timestamp)
    select gen_random_uuid(), ${tenantId}, ${userId}, case when n % 2 = 0 then 'test.even' else 'test.odd' end,
      '{"type":"test","id":"1"}', jsonb_build_object('n', n), '2026-01-31T00:00:00Z'::timestamptz - n / 3 * interval '3 minutes'
    from generate_series(1, ${count}::int) n`
}

void t.test('entries are listed by page and by cursor, with filters', async (t) => {
  const admin = await signUp(url)
  const tenant = await createTenant(admin)
  const path = of(tenant.id)
  await entries(admin, path, 1)
  const other = await signUp(url)
  await fill(tenant.id, other.userId, 30)
  const whole = (await list(admin, path, '?per_page=100')).items
  t.equal(whole.length, 31)
  t.same(
    whole.map(({ timestamp }) => timestamp),
    whole
      .map(({ timestamp }) => timestamp)
      .sort()
      .reverse(),
    'newest first'
  )
  const byCursor: Entry[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const page: Page<Entry> = await list(admin, path, `?per_page=7${cursor && `&cursor=${cursor}`}`)
    byCursor.push(...page.items)
    t.match(page.pagination, { per_page: 7, total: 31, pages: 5 })
    cursor = page.pagination.next_cursor
  }
  t.same(byCursor, whole, 'no entry is missing or repeated, even where times are equal')
  const pages = await Promise.all(
    [1, 2, 3, 4, 5, 6].map((page) => list(admin, path, `?per_page=7&page=${page}`))
  )
  t.same(
    pages.flatMap(({ items }) => items),
    whole
  )

  const count = async (query: string) => (await list(admin, path, `?per_page=100${query}`)).items.length
  t.equal(await count('&action=test.even'), 15)
  t.equal(await count('&action=test.none'), 0)
  t.equal(await count(`&user_id=${other.userId.toUpperCase()}`), 30)
  t.equal(await count(`&user_id=${admin.userId}&action=test.odd`), 0)
  const [from, to] = ['2026-01-30T23:45:00Z', '2026-01-30T23:54:00%2B00:00']
  t.equal(
    await count(`&from=${from}&to=${to}`),
    whole.filter(
      ({ timestamp }) => timestamp >= '2026-01-30T23:45' && timestamp <= '2026-01-30T23:54:00.000Z'
    ).length
  )
  t.equal(await count(`&from=${to}&to=${from}`), 0)

  const wrong = {
    from: 'yesterday',
    to: '2026-02-30T00:00:00Z',
    user_id: 'x',
    action: 'A; drop table',
    per_page: '101'
  }
  for (const [name, value] of Object.entries(wrong))
    refused(
      t,
      await admin.get(`${path}?${name}=${encodeURIComponent(value)}`),
      'VALIDATION_ERROR',
      [`/${name}`],
      name
    )
  const next = (await list(admin, path, '?per_page=7&action=test.even')).pagination.next_cursor
  const elsewhere = await createTenant(admin)
  for (const [what, query] of Object.entries({
    'without its filter': `${path}?cursor=${next}`,
    'with another': `${path}?action=test.odd&cursor=${next}`,
    'of another tenant': `${of(elsewhere.id)}?action=test.even&cursor=${next}`,
    'of a user': `${OWN}?action=test.even&cursor=${next}`,
    'made up': `${path}?cursor=abc`
  }))
    refused(t, await admin.get(query), 'VALIDATION_ERROR', ['/cursor'], what)
})

void t.test('counting stops at ten thousand', async (t) => {
  const admin = await signUp(url)
  const tenant = await createTenant(admin)
  await entries(admin, of(tenant.id), 1)
  await fill(tenant.id, admin.userId, 20_004)
  const pagination = async (query: string) => (await list(admin, of(tenant.id), query)).pagination
  t.match(await pagination(''), { total: 10_000, pages: 500, total_capped: true })
  t.match(await pagination('?action=test.even'), { total: 10_000, total_capped: true })
  await sql`delete from audit_log where tenant_id = ${tenant.id} and action = 'test.odd'
    and event_id not in (select event_id from audit_log where tenant_id = ${tenant.id} and action = 'test.odd' limit 10000)`
  const exact = await pagination('?action=test.odd')
  t.equal(exact.total, 10_000)
  t.notOk('total_capped' in exact, 'exactly as many are not capped')
})

void t.test("only a tenant's admins see its audit log", async (t) => {
  const admin = await signUp(url)
  const tenant = await createTenant(admin)
  for (const role of ['viewer', 'user'])
    refused(
      t,
      await (await signUpMember(url, sql, tenant.id, role)).get(of(tenant.id)),
      'INSUFFICIENT_ROLE',
      [],
      role
    )
  const foreign = await signUp(url)
  const theirs = await createTenant(foreign)
  refused(t, await foreign.get(of(tenant.id)), 'TENANT_NOT_FOUND')
  await entries(foreign, of(theirs.id), 1)
  await entries(admin, of(tenant.id), 1)
  const seen = JSON.stringify(await list(admin, of(tenant.id)))
  t.notOk(seen.includes(theirs.id) || seen.includes(foreign.userId))
  t.notOk(seen.includes('auth.login'), 'a log-in belongs to no tenant')
})

void t.test('entries outlive the account', async (t) => {
  const admin = await signUp(url)
  const tenant = await createTenant(admin)
  const member = await signUpMember(url, sql, tenant.id, 'admin')
  await member.send('PUT', `/api/tenants/${tenant.id}`, { name: 'By the member' })
  const before = await entries(admin, of(tenant.id), 2)
  const kept = () => sql`select * from audit_log where user_id = ${member.userId} order by event_id`
  await until(async () => (await kept()).length >= 3)
  const rows = await kept()
  await sql`delete from users where id = ${member.userId}`
  t.same(await kept(), rows)
  t.same(await entries(admin, of(tenant.id), 2), before)
})

void t.test("a change of a user's name is recorded with the old name", async (t) => {
  const user = await signUp(url)
  const change = (names: object) => user.send('PUT', '/api/users/me', names)
  await change({ first_name: 'Grace' })
  await change({ first_name: ' Grace ' })
  const found = (await entries(user, OWN, 3)).filter(({ action }) => action === 'user.updated')
  t.same(found.map(short), [
    {
      ...{ action: 'user.updated', user_id: user.userId, ip: IP, target: { type: 'user', id: user.userId } },
      details: {
        ...{ first_name: 'Grace', last_name: 'Test' },
        previous: { first_name: 'ada', last_name: 'Test' }
      }
    }
  ])
})

void t.test('refusals are recorded once a minute per route', async (t) => {
  const admin = await signUp(url)
  const tenant = await createTenant(admin)
  const viewer = await signUpMember(url, sql, tenant.id, 'viewer')
  for (let times = 0; times < 3; times++) {
    refused(t, await viewer.get(of(tenant.id)), 'INSUFFICIENT_ROLE')
    refused(t, await viewer.delete(`/api/tenants/${tenant.id}`), 'INSUFFICIENT_ROLE')
    refused(t, await (await signUp(url)).get(of(tenant.id)), 'TENANT_NOT_FOUND')
  }
  await admin.send('PUT', `/api/tenants/${tenant.id}`, { name: 'Last' })
  await until(async () =>
    (await list(admin, of(tenant.id))).items.some(({ action }) => action === 'tenant.updated')
  )
  const found = (await list(admin, of(tenant.id), '?action=access.refused')).items
  // A minute may end in between, which allows two entries per route.
  t.ok(found.length >= 2 && found.length <= 4, `${found.length} entries`)
  t.same(
    new Set(found.map(({ target }) => target.id)),
    new Set(['GET /api/tenants/:tenant_id/audit', 'DELETE /api/tenants/:tenant_id'])
  )
  for (const entry of found)
    t.match(entry, { user_id: viewer.userId, ip: IP, details: { code: 'INSUFFICIENT_ROLE' } })
})
