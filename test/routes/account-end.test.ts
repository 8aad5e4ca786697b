import t from 'tap'
import {
  Client,
  createTenant,
  PASSWORD,
  refused,
  signUp,
  startApi,
  uploaded,
  type Answer
} from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { createService, insertInstallationService } from '../helpers/services-of-tenants.js'
import { startWorker } from '../helpers/worker.js'
import { until } from '../helpers/until.js'
import { committedEvents } from '../helpers/committed-events.js'

const { config, sql, tenantSql } = await createInstallation(t)
const { url } = await startApi(t, config)
const second = await startApi(t, config)
await startWorker(t, config)

interface Exported {
  account: Record<string, unknown>
  sessions: { id: string; current: boolean; ip_address: string; user_agent: string }[]
  memberships: { id: string; role: string; name: string }[]
  invitations: { id: string; tenant_id: string; role: string }[]
  mails: { id: string; kind: string }[]
  audit_entries: { action: string; tenant_id: string | null; ip: string; timestamp: string }[]
  documents: { id: string; filename: string; file: { s3_path: string } }[]
}

const remove = (user: Client, password: unknown = PASSWORD) =>
  user.send('POST', '/api/users/me/delete', { password })
const logIn = (email: string) =>
  new Client(url).send('POST', '/api/auth/login', { email, password: PASSWORD })
const members = (userId: string) => sql`select from user_tenant_associations where user_id = ${userId}`

/** Inserts audit entries, of which more share one time than fit on a page. */
const insertEntries = (userId: string, count: number) =>
  sql`insert into audit_log (event_id, user_id, action, target, details, ip, timestamp)
    select gen_random_uuid(), ${userId}, 'test', '{"type": "test", "id": "x"}', '{}', '127.0.0.1',
      now() + make_interval(secs => n / 700) from generate_series(1, ${count}::int) n`

void t.test('an owner deletes their account, and what it created stays', async (t) => {
  const [owner, user] = [await signUp(url), await signUp(url)]
  const tenant = await createTenant(owner)
  await owner.send('POST', `/api/tenants/${tenant.id}/users`, { user_id: user.userId, role: 'admin' })
  const document = await uploaded(user, tenant.id, 'of the deleted')
  refused(t, await remove(user, 'wrong'), 'WRONG_PASSWORD', ['/password'])
  refused(t, await remove(user, ''), 'VALIDATION_ERROR', ['/password'])
  refused(t, await remove(new Client(url)), 'NOT_AUTHENTICATED')
  t.equal((await user.get('/api/users/me')).status, 200, 'nothing has changed yet')

  const answer = await remove(user)
  t.equal(answer.status, 200)
  t.same(answer.body, { success: true, message: 'Account deleted' })
  refused(t, await user.get('/api/users/me'), 'TOKEN_REVOKED')
  refused(t, await remove(user), 'TOKEN_REVOKED', [], 'a retry')
  await until(async () => (await new Client(second.url, user.token).get('/api/users/me')).status === 401)
  refused(t, await user.get(`/api/tenants/${tenant.id}/documents`), 'TOKEN_REVOKED')
  refused(t, await logIn(user.email), 'INVALID_CREDENTIALS')
  t.equal((await members(user.userId)).length, 0)
  const kept = await owner.get<{ user_id: string }>(`/api/tenants/${tenant.id}/documents/${document.id}`)
  t.equal(kept.body.data.user_id, user.userId)
  const events = await sql`select event_type, user_id, data from ${committedEvents(sql)}
    where user_id = ${user.userId} and (event_type = 'user.deleted' or data ->> 'action' = 'user.deleted') order by event_type`
  t.match(events, [
    { event_type: 'audit.log', data: { action: 'user.deleted', target: { type: 'user', id: user.userId } } },
    { event_type: 'user.deleted', data: { user_id: user.userId, erased: false } }
  ])
  await until(
    async () =>
      (await sql`select from audit_log where user_id = ${user.userId} and action = 'user.deleted'`).length ===
      1
  )
})

void t.test('the last admin of a tenant cannot delete their account', async (t) => {
  const user = await signUp(url)
  const [first, next] = [await createTenant(user, 'First'), await createTenant(user, 'Next')]
  const named = [`/tenants/${first.id}`, `/tenants/${next.id}`]
  const answer = await remove(user)
  refused(t, answer, 'LAST_ADMIN', named)
  t.match(
    answer.body.error.details?.map(({ message }) => message),
    [/^First /, /^Next /]
  )
  for (let index = 0; index < 12; index++)
    refused(t, await remove(user), 'LAST_ADMIN', named, 'these do not count as guesses')
  const heir = await signUp(url)
  await user.send('POST', `/api/tenants/${first.id}/users`, { user_id: heir.userId, role: 'admin' })
  refused(t, await remove(user), 'LAST_ADMIN', [`/tenants/${next.id}`])
  await user.delete(`/api/tenants/${next.id}`)
  t.equal((await remove(user)).status, 200)
  refused(t, await remove(heir), 'LAST_ADMIN', [`/tenants/${first.id}`])
})

void t.test('two admins who delete their accounts at once leave one', async (t) => {
  for (let round = 0; round < 5; round++) {
    const [one, other] = [await signUp(url), await signUp(url)]
    const tenant = await createTenant(one)
    await one.send('POST', `/api/tenants/${tenant.id}/users`, { user_id: other.userId, role: 'admin' })
    const statuses = await Promise.all([
      remove(one),
      remove(new Client(second.url, other.token)),
      one.send('PUT', `/api/tenants/${tenant.id}/users/${other.userId}`, { role: 'admin' })
    ])
    t.same(
      statuses
        .slice(0, 2)
        .map(({ status }) => status)
        .sort(),
      [200, 409]
    )
    const [{ count } = { count: 0 }] = await sql<{ count: number }[]>`
      select count(*)::int from user_tenant_associations where tenant_id = ${tenant.id} and role = 'admin'`
    t.equal(count, 1)
  }
})

void t.test(
  'the export has everything that is stored about a person, and nothing about others',
  async (t) => {
    const [owner, user] = [await signUp(url), await signUp(url)]
    const own = await createTenant(user, 'Own "quoted" \u2028 name')
    const shared = await createTenant(owner)
    await owner.send('POST', `/api/tenants/${shared.id}/users`, { user_id: user.userId, role: 'user' })
    const to = (email: string) =>
      owner.send<{ id: string }>('POST', `/api/tenants/${shared.id}/invitations`, { email, role: 'viewer' })
    const invited = await to(user.email)
    await to('somebody.else@example.com')
    const documents = [
      await uploaded(user, own.id, 'one', { filename: 'same.txt' }),
      await uploaded(user, own.id, 'two', { filename: 'same.txt' }),
      await uploaded(user, shared.id, 'three', { filename: 'ä".txt' })
    ]
    await uploaded(owner, shared.id, 'of the owner', { filename: 'owner.txt' })
    await until(
      async () =>
        (await sql`select from audit_log where user_id = ${user.userId} and action = 'document.created'`)
          .length === 3
    )
    const response = await fetch(`${url}/api/users/me/export`, {
      headers: { authorization: `Bearer ${user.token}` }
    })
    t.equal(response.status, 200)
    t.match(response.headers.get('content-type'), /^application\/json/)
    t.match(response.headers.get('content-disposition'), /^attachment/)
    t.equal(response.headers.get('cache-control'), 'no-store')
    const { success, data } = (await response.json()) as { success: boolean; data: Exported }
    t.equal(success, true)
    t.match(data.account, { id: user.userId, email: user.email })
    t.notMatch(JSON.stringify(data), /argon2|owner\.txt|password_hash/)
    t.same(data.memberships.map(({ id }) => id).sort(), [own.id, shared.id].sort())
    t.same(data.documents.map(({ id }) => id).sort(), documents.map(({ id }) => id).sort())
    for (const { file } of data.documents) t.match(file.s3_path, /^tenants\/[0-9a-f-]{36}\//)
    t.match(data.sessions, [{ current: true, ip_address: '127.0.0.1' }])
    t.same([data.invitations, data.mails], [[], []], 'nothing that was sent to an unverified address')
    await sql`update users set email_verified_at = now() where id = ${user.userId}`
    const again = await user.get<Exported>('/api/users/me/export')
    t.match(again.body.data.invitations, [{ id: invited.body.data.id, tenant_id: shared.id, role: 'viewer' }])
    t.match(again.body.data.mails, [{ kind: 'invitation' }])
    // As an earlier version stored the address.
    const [stored, sentTo] = (['NFD', 'NFC'] as const).map((form) => `zoé.${user.email}`.normalize(form)) as [
      string,
      string
    ]
    await sql`update users set email = ${stored} where id = ${user.userId}`
    await sql`update invitations set email = ${sentTo} where email = ${user.email}`
    await sql`update mails set recipient = ${sentTo} where recipient = ${user.email}`
    const { invitations, mails } = (await user.get<Exported>('/api/users/me/export')).body.data
    t.same([invitations, mails], [again.body.data.invitations, again.body.data.mails], 'in either form')
    const actions = data.audit_entries.map(({ action }) => action)
    for (const action of ['user.registered', 'auth.login', 'tenant.created', 'document.created'])
      t.ok(actions.includes(action), action)
    const times = data.audit_entries.map(({ timestamp }) => timestamp)
    t.same(times, times.toSorted(), 'oldest first')
    refused(t, await new Client(url).get('/api/users/me/export'), 'NOT_AUTHENTICATED')
    refused(t, await user.get('/api/users/me/export?all=true'), 'VALIDATION_ERROR', ['/all'])
  }
)

const lockWaits = () => sql`select from pg_stat_activity
  where datname = current_database() and wait_event_type = 'Lock'`

void t.test('an account that is being deleted is not added, and creates no tenant', async (t) => {
  const [owner, user, creator] = [await signUp(url), await signUp(url), await signUp(url)]
  const tenant = await createTenant(owner)
  const product = await insertInstallationService(url, sql, ['tenants:create'])
  /** Sends a request, which waits until the deletion of an account commits. */
  async function whileDeleting(userId: string, send: () => Promise<Answer>): Promise<Answer> {
    const sent = await sql.begin(async (transaction) => {
      await transaction`delete from users where id = ${userId}`
      const answer = send()
      await until(async () => (await lockWaits()).length > 0)
      return { answer }
    })
    return sent.answer
  }
  const add = () =>
    owner.send('POST', `/api/tenants/${tenant.id}/users`, { user_id: user.userId, role: 'user' })
  refused(t, await whileDeleting(user.userId, add), 'USER_NOT_FOUND')
  for (const [userId, client] of [
    [creator.userId, creator],
    [product.serviceId, product]
  ] as const) {
    const create = () => client.send('POST', '/api/tenants', { name: 'Too late' })
    refused(t, await whileDeleting(userId, create), 'TOKEN_REVOKED')
  }
  t.same(await sql`select from tenants where name = 'Too late'`, [])
})

void t.test('nobody waits for an account while they lock a tenant that its deletion needs', async (t) => {
  const [owner, user] = [await signUp(url), await signUp(url)]
  const tenant = await createTenant(owner)
  const path = `/api/tenants/${tenant.id}`
  const membership = { user_id: user.userId, role: 'user' }
  await owner.send('POST', `${path}/users`, membership)
  const invitation = { email: user.email, role: 'user' }
  const invited = await owner.send<{ token: string }>('POST', `${path}/invitations`, invitation)
  const { token } = invited.body.data
  const service = await createService(owner, tenant.id, 'user', ['documents:read'])
  const requests: [string, () => Promise<Answer>, number][] = [
    [user.userId, () => owner.send('POST', `${path}/users`, membership), 409],
    [user.userId, () => user.send('POST', '/api/auth/invitations/accept', { token }), 200],
    [service.serviceId, () => owner.delete(`${path}/service-accounts/${service.serviceId}`), 200]
  ]
  for (const [accountId, send, status] of requests) {
    const { answer } = await sql.begin(async (transaction) => {
      await transaction`select from users where id = ${accountId} for update`
      const answer = send()
      await until(async () => (await lockWaits()).length > 0)
      await transaction`select from tenants where id = ${tenant.id} for no key update nowait`
      return { answer }
    })
    t.equal((await answer).status, status)
  }
})

void t.test('an export of many rows is streamed, complete and without repetition', async (t) => {
  const user = await signUp(url)
  await insertEntries(user.userId, 3000)
  const response = await fetch(`${url}/api/users/me/export`, {
    headers: { authorization: `Bearer ${user.token}` }
  })
  let pieces = 0
  let text = ''
  const decoder = new TextDecoder()
  for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>) {
    pieces += 1
    text += decoder.decode(piece, { stream: true })
  }
  t.ok(pieces > 10, `${pieces} pieces`)
  const { data } = JSON.parse(text) as { data: { audit_entries: { event_id: string; action: string }[] } }
  const ids = data.audit_entries.filter(({ action }) => action === 'test').map(({ event_id }) => event_id)
  t.equal(new Set(ids).size, 3000)
  t.equal(ids.length, 3000)
})

void t.test('an export that cannot be completed does not look complete', async (t) => {
  const user = await signUp(url)
  const tenant = await createTenant(user)
  await insertEntries(user.userId, 1000)
  const rows = tenantSql(tenant.database_name)
  await rows`alter table documents rename to hidden`
  const response = await fetch(`${second.url}/api/users/me/export`, {
    headers: { authorization: `Bearer ${user.token}` }
  })
  t.equal(response.status, 200)
  await t.rejects(response.text())
  await rows`alter table hidden rename to documents`
})
