import { randomBytes, randomUUID } from 'node:crypto'
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
  type Page,
  type TestTenant
} from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { committedEvents } from '../helpers/committed-events.js'

interface TestInvitation {
  id: string
  email: string
  role: string
  invited_by: string
  created_at: string
  expires_at: string
  token: string
  link: string | null
}
interface TestAcceptance {
  user: { id: string; email: string; email_verified_at: string | null }
  tenant_id: string
  role: string
}

const { config, sql } = await createInstallation(t)
const { url } = await startApi(t, config)
const anonymous = new Client(url)
const NEW = { password: PASSWORD, first_name: 'New', last_name: 'Person' }
const address = (name = 'new') => `${name}-${randomBytes(4).toString('hex')}@example.com`

async function world() {
  const admin = await signUp(url, 'admin')
  const tenant = await createTenant(admin)
  const path = `/api/tenants/${tenant.id}/invitations`
  const invite = async (email: string, role = 'viewer') => {
    const invited = await admin.send<TestInvitation>('POST', path, { email, role })
    if (invited.status !== 202) throw new Error(JSON.stringify(invited.body))
    return invited.body.data
  }
  const open = async () => (await admin.get<Page<TestInvitation>>(path)).body.data.items
  return { admin, tenant, path, invite, open }
}
const accept = (client: Client, body: object) =>
  client.send<TestAcceptance>('POST', '/api/auth/invitations/accept', body)
const roleIn = async ({ id }: TestTenant, userId: string) => {
  const [row] = await sql<{ role: string }[]>`
    select role from user_tenant_associations where tenant_id = ${id} and user_id = ${userId}`
  return row?.role
}

void t.test('a person without an account accepts, and gets one', async (t) => {
  const { admin, tenant, invite, open } = await world()
  const email = address()
  const { token, ...shown } = await invite(` ${email.toUpperCase()}\t`, 'user')
  t.match(shown, { email, role: 'user', invited_by: admin.userId, link: null })
  t.equal(Date.parse(shown.expires_at) - Date.parse(shown.created_at), 7 * 86_400_000)
  t.same(
    (await open()).map((one) => [one.email, 'token' in one, 'link' in one]),
    [[email, false, false]],
    'the token is shown only once'
  )
  const accepted = await accept(anonymous, { token, ...NEW })
  t.equal(accepted.status, 200)
  t.match(accepted.body.data, {
    user: { email, email_verified_at: null },
    tenant_id: tenant.id,
    role: 'user'
  })
  const { tenants } = await logIn(url, email)
  t.match(tenants, [{ id: tenant.id, role: 'user' }])
  refused(t, await accept(anonymous, { token, ...NEW }), 'INVITATION_EXPIRED', [], 'once')
  t.same(await open(), [])
  const events = await sql<{ action: string }[]>`
    select data->>'action' as action from ${committedEvents(sql)} where data->'target'->>'id' = ${accepted.body.data.user.id}`
  t.same(events.map(({ action }) => action).sort(), ['member.added', 'user.registered'])
})

void t.test('a person with an account accepts with a session', async (t) => {
  const { tenant, invite } = await world()
  const user = await signUp(url)
  const stranger = await signUp(url)
  const { token } = await invite(user.email.toUpperCase(), 'admin')
  refused(t, await accept(stranger, { token }), 'WRONG_ACCOUNT')
  refused(t, await accept(anonymous, { token, ...NEW }), 'EMAIL_TAKEN')
  refused(t, await accept(new Client(url, 'x'), { token }), 'INVALID_TOKEN')
  refused(t, await accept(anonymous, { token }), 'VALIDATION_ERROR', [
    '/first_name',
    '/last_name',
    '/password'
  ])
  refused(t, await accept(user, { token, password: PASSWORD }), 'VALIDATION_ERROR', ['/password'])
  t.equal(await roleIn(tenant, user.userId), undefined)
  t.equal((await accept(user, { token })).status, 200)
  t.equal(await roleIn(tenant, user.userId), 'admin')
  t.equal((await user.get(`/api/tenants/${tenant.id}/users`)).status, 200)
})

void t.test('a member who accepts keeps their role', async (t) => {
  const { tenant, invite } = await world()
  const member = await signUpMember(url, sql, tenant.id, 'user')
  const { token } = await invite(member.email, 'admin')
  const { status, body } = await accept(member, { token })
  t.equal(status, 200)
  t.equal(body.data.role, 'user', 'the answer has the actual role')
  t.equal(await roleIn(tenant, member.userId), 'user')
})

void t.test('the answer does not reveal who has an account', async (t) => {
  const { admin, tenant } = await world()
  const user = await signUp(url)
  const member = await signUpMember(url, sql, tenant.id, 'viewer')
  const deactivated = await signUp(url)
  await sql`update users set is_active = false where id = ${deactivated.userId}`
  const shapes = new Set<string>()
  for (const email of [user.email, member.email, deactivated.email, address('nobody')]) {
    const added = await admin.send<TestInvitation>('POST', `/api/tenants/${tenant.id}/users`, {
      email,
      role: 'user'
    })
    shapes.add(JSON.stringify([added.status, added.body.message, Object.keys(added.body.data)]))
  }
  t.equal(shapes.size, 1, [...shapes].join())
  t.equal(await roleIn(tenant, user.userId), undefined, 'the user is no member before accepting')
})

void t.test('inviting again renews the invitation, and the last role counts', async (t) => {
  const { tenant, invite, open } = await world()
  const email = address()
  const first = await invite(email, 'admin')
  const second = await invite(email, 'viewer')
  t.equal(second.id, first.id)
  t.match(await open(), [{ id: first.id, role: 'viewer' }])
  const { user } = (await accept(anonymous, { token: first.token, ...NEW })).body.data
  t.equal(await roleIn(tenant, user.id), 'viewer')
})

void t.test('a withdrawn or expired invitation is refused', async (t) => {
  const { admin, tenant, path, invite, open } = await world()
  const withdrawn = await invite(address())
  t.equal((await admin.delete(`${path}/${withdrawn.id.toUpperCase()}`)).status, 200)
  refused(t, await admin.delete(`${path}/${withdrawn.id}`), 'INVITATION_NOT_FOUND')
  refused(t, await admin.delete(`${path}/${randomUUID()}`), 'INVITATION_NOT_FOUND')
  const late = await invite(address())
  await sql`update invitations set expires_at = now() where id = ${late.id}`
  t.same(await open(), [])
  for (const { token } of [withdrawn, late])
    refused(t, await accept(anonymous, { token, ...NEW }), 'INVITATION_EXPIRED')

  const again = await invite(withdrawn.email)
  t.not(again.id, withdrawn.id)
  refused(t, await accept(anonymous, { token: withdrawn.token, ...NEW }), 'INVITATION_EXPIRED')
  await admin.send('PUT', `/api/tenants/${tenant.id}`, { is_active: false })
  refused(
    t,
    await accept(anonymous, { token: again.token, ...NEW }),
    'INVITATION_EXPIRED',
    [],
    'an inactive tenant'
  )
  await admin.send('PUT', `/api/tenants/${tenant.id}`, { is_active: true })
  t.equal((await accept(anonymous, { token: again.token, ...NEW })).status, 200)
})

void t.test('forged tokens are refused', async (t) => {
  const { invite } = await world()
  const { token } = await invite(address())
  const bytes = Buffer.from(token, 'base64url')
  const forged = Array.from({ length: 8 }, (_, index) => {
    const copy = Buffer.from(bytes)
    const at = Math.floor((index * (copy.length - 1)) / 7)
    copy[at] = (copy[at] ?? 0) ^ 1
    return copy.toString('base64url')
  })
  for (const wrong of [
    ...forged,
    'x',
    token.slice(1),
    `${token}A`,
    `${token.slice(0, -1)}=`,
    '%',
    'ß'.repeat(70)
  ])
    refused(t, await accept(anonymous, { token: wrong, ...NEW }), 'INVITATION_EXPIRED', [], wrong)
  for (const wrong of ['', 'x'.repeat(201), null, 7, [token]])
    refused(t, await accept(anonymous, { token: wrong, ...NEW }), 'VALIDATION_ERROR', ['/token'])
})

void t.test('ten concurrent acceptances add one member', async (t) => {
  const { tenant, invite } = await world()
  const email = address()
  const { token } = await invite(email)
  const answers = await Promise.all(Array.from({ length: 10 }, () => accept(anonymous, { token, ...NEW })))
  t.equal(answers.filter(({ status }) => status === 200).length, 1)
  for (const answer of answers) if (answer.status !== 200) refused(t, answer, 'INVITATION_EXPIRED')
  const rows = await sql`select from user_tenant_associations where tenant_id = ${tenant.id}`
  t.equal(rows.length, 2)
  t.equal((await sql`select from users where email = ${email}`).length, 1)
})

void t.test('an address of earlier rules is invited, but gets no new account', async (t) => {
  const { admin, tenant, path } = await world()
  const email = address().replace('example', 'ex_ample')
  const asked = { email, role: 'viewer' }
  const added = await admin.send('POST', `/api/tenants/${tenant.id}/users`, asked)
  const invited = await admin.send<TestInvitation>('POST', path, asked)
  t.same([added.status, invited.status], [202, 202], 'by both routes')
  const { token } = invited.body.data
  refused(t, await accept(anonymous, { token, ...NEW }), 'VALIDATION_ERROR', ['/email'])
  t.same(await sql`select from users where email = ${email}`, [])
  const user = await signUp(url)
  await sql`update users set email = ${email} where id = ${user.userId}`
  refused(t, await accept(anonymous, { token, ...NEW }), 'EMAIL_TAKEN')
  t.equal((await accept(user, { token })).status, 200)
})

void t.test('a refused acceptance leaves nothing behind', async (t) => {
  const { invite, tenant } = await world()
  const email = address()
  const { token } = await invite(email)
  const taken = await signUp(url)
  await sql`update users set email = ${email} where id = ${taken.userId}`
  refused(t, await accept(anonymous, { token, ...NEW }), 'EMAIL_TAKEN')
  const [row] = await sql`select accepted_at from invitations where email = ${email}`
  t.equal(row?.['accepted_at'], null, 'it can still be accepted')
  t.equal((await accept(taken, { token })).status, 200)
  t.equal(await roleIn(tenant, taken.userId), 'viewer')
})

void t.test('a tenant can make a limited number of invitations a day', async (t) => {
  const { admin, tenant, path, invite } = await world()
  await sql`insert into invitations (id, tenant_id, email, role, expires_at)
    select gen_random_uuid(), ${tenant.id}, 'x' || n || '@example.com', 'viewer', now() from generate_series(1, 199) n`
  const last = await invite(address())
  const ask = () => admin.send('POST', path, { email: address(), role: 'viewer' })
  refused(t, await ask(), 'INVITATION_LIMIT_REACHED')
  await admin.delete(`${path}/${last.id}`)
  refused(t, await ask(), 'INVITATION_LIMIT_REACHED', [], 'withdrawing makes no room')
  await sql`update invitations set created_at = now() - interval '25 hours' where tenant_id = ${tenant.id}`
  t.equal((await ask()).status, 202)
})

void t.test('invalid addresses and roles are refused', async (t) => {
  const { admin, path, open } = await world()
  for (const email of [
    'a@example.com, b@example.com',
    'a@example.com\r\nBcc: b@example.com',
    'a@example.com\u0000',
    'Ada <a@example.com>',
    '"a b"@example.com',
    `${'a'.repeat(250)}@example.com`,
    'a\u200b@example.com',
    'a@b@example.com',
    '',
    null
  ])
    refused(t, await admin.send('POST', path, { email, role: 'user' }), 'VALIDATION_ERROR', ['/email'])
  refused(t, await admin.send('POST', path, { email: address(), role: 'owner' }), 'VALIDATION_ERROR', [
    '/role'
  ])
  t.same(await open(), [])
})

void t.test('an invitation is deleted with its tenant', async (t) => {
  // Only a row: if the tenant had a database, nothing would find it once the row is deleted.
  const id = randomUUID()
  await sql`insert into tenants (id, name, database_name, status) values (${id}, 'row', ${`row_${id.slice(0, 8)}`}, 'active')`
  await sql`insert into invitations (id, tenant_id, email, role, expires_at)
    values (gen_random_uuid(), ${id}, 'x@example.com', 'viewer', now())`
  await sql`delete from tenants where id = ${id}`
  t.same(await sql`select from invitations where tenant_id = ${id}`, [])
})
