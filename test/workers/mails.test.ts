import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { randomBytes } from 'node:crypto'
import t from 'tap'
import { program } from '../../scripts/program.js'
import {
  captureLog,
  Client,
  createTenant,
  logIn,
  PASSWORD,
  refused,
  signUpMember,
  startApi
} from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { smtpError, startMailServer } from '../helpers/mail-server.js'
import { until } from '../helpers/until.js'
import { buildWorker } from '../../workers/app.js'
import { committedEvents } from '../helpers/committed-events.js'

const mail = await startMailServer(t)
const { config, environment, sql } = await createInstallation(t, {
  SMTP_URL: mail.url,
  MAIL_FROM: 'Acme Documents <documents@acme.example>',
  ACCOUNT_URL: 'https://app.acme.example/account'
})
const log = captureLog('info')
const worker = await buildWorker(config, log.logger)
t.teardown(() => worker.close())
await worker.ready()
const { url } = await startApi(t, config)

const anonymous = new Client(url)
const NEXT = 'another long password'
const address = (name = 'ada') => `${name}-${randomBytes(4).toString('hex')}@example.com`
const register = (email: string, names: object = {}) =>
  anonymous.send<{ id: string }>('POST', '/api/auth/register', {
    ...{ email, password: PASSWORD, first_name: 'Ada', last_name: 'Lovelace' },
    ...names
  })
const auth = (route: string, body: object) => anonymous.send('POST', `/api/auth/${route}`, body)
const tryLogIn = (email: string, password = PASSWORD) => auth('login', { email, password })
/** Creates an account whose address is verified. */
async function verified(email = address()): Promise<Client & { email: string }> {
  await register(email)
  const { token } = await mail.next(email)
  await auth('email/verify', { token })
  const { access_token } = await logIn(url, email)
  return Object.assign(new Client(url, access_token), { email })
}
/** Returns a function that gives the seconds since this call. */
function stopwatch(): () => number {
  const start = performance.now()
  return () => (performance.now() - start) / 1000
}
const rowsTo = (email: string) =>
  sql<
    { kind: string; attempts: number; waiting: boolean; sent: boolean; error: string | null; wait: number }[]
  >`
    select kind, attempts, due_at is not null as waiting, sent_at is not null as sent, error,
      extract(epoch from due_at - now())::float8 as wait from mails where recipient = ${email} order by created_at`

void t.test('an account is verified before it logs in', async (t) => {
  const email = address()
  t.equal((await register(email)).status, 201)
  refused(t, await tryLogIn(email), 'EMAIL_NOT_VERIFIED')
  refused(t, await tryLogIn(email, 'not the password'), 'INVALID_CREDENTIALS')
  const received = await mail.next(email)
  t.same(received.to, [email])
  t.equal(received.from, 'documents@acme.example')
  t.equal(received.subject, 'Confirm your e-mail address for Acme Documents')
  t.match(
    received.text,
    /^Hello Ada,\n[^]*https:\/\/app\.acme\.example\/account#token=[\w-]{70}&for=address\n/
  )
  t.match(received.raw, /^Auto-Submitted: auto-generated\r$/im)
  const { token } = received
  const altered = token.slice(0, 30) + (token[30] === 'A' ? 'B' : 'A') + token.slice(31)
  for (const wrong of [altered, 'x']) refused(t, await auth('email/verify', { token: wrong }), 'LINK_EXPIRED')
  refused(t, await auth('password/reset', { token, password: NEXT }), 'LINK_EXPIRED', [], 'another purpose')
  t.equal((await auth('email/verify', { token })).status, 204)
  t.equal((await auth('email/verify', { token })).status, 204, 'repeating it does no harm')
  t.equal((await tryLogIn(email)).status, 200)
  const [row] = await sql`select from ${committedEvents(sql)} where data->>'action' = 'user.email_verified'
    and user_id = (select id from users where email = ${email})`
  t.ok(row)
})

void t.test('the right password for an unverified address does not count as a failure', async (t) => {
  const email = address()
  await register(email)
  refused(t, await tryLogIn(email, 'not the password'), 'INVALID_CREDENTIALS')
  for (let attempt = 0; attempt <= config.auth.guesses.accountAndNetwork; attempt++)
    refused(t, await tryLogIn(email), 'EMAIL_NOT_VERIFIED')
  await auth('email/verify', { token: (await mail.next(email)).token })
  t.equal((await tryLogIn(email)).status, 200)
})

void t.test('an invitation by mail verifies the address', async (t) => {
  const admin = await verified()
  const tenant = await createTenant(admin)
  const email = address('grace')
  const invited = await admin.send('POST', `/api/tenants/${tenant.id}/users`, { email, role: 'user' })
  t.equal(invited.status, 202)
  t.notOk('token' in invited.body.data || 'link' in invited.body.data, 'the admin does not see the link')
  const received = await mail.next(email)
  t.match(received.text, /^Ada Lovelace invites you to "Acme" on Acme Documents\.\n[^]*&for=invitation\n/)
  const accepted = await auth('invitations/accept', {
    ...{ token: received.token, password: PASSWORD, first_name: 'Grace', last_name: 'Hopper' }
  })
  t.equal(accepted.status, 200)
  t.match((await logIn(url, email)).tenants, [{ id: tenant.id, role: 'user' }])
})

void t.test('no invitation to a tenant that was closed is mailed or accepted', async (t) => {
  const admin = await verified()
  const tenant = await createTenant(admin)
  const path = `/api/tenants/${tenant.id}`
  const email = address('late')
  const invitation = { email, role: 'user' }
  await admin.send('POST', `${path}/invitations`, invitation)
  const { token } = await mail.next(email)
  await until(async () => (await rowsTo(email)).every(({ sent }) => sent))

  // The tenant is closed while the password of the new account is hashed.
  const { accepting } = await sql.begin(async (transaction) => {
    await transaction`update tenants set is_active = false where id = ${tenant.id}`
    const names = { password: PASSWORD, first_name: 'Too', last_name: 'Late' }
    const accepting = auth('invitations/accept', { token, ...names })
    const waiting = () => sql`select from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock' and query like '%"tenants"%'`
    await until(async () => (await waiting()).length > 0)
    return { accepting }
  })
  refused(t, await accepting, 'INVITATION_EXPIRED')
  t.same(await sql`select from users where email = ${email}`, [])

  await admin.send('PUT', path, { is_active: true })
  await sql`update mails set sent_at = null, due_at = now() + interval '1 hour' where recipient = ${email}`
  await admin.send('PUT', path, { is_active: false })
  await sql`update mails set due_at = now() where recipient = ${email}`
  await until(async () => (await rowsTo(email)).length === 0)
  t.notOk(
    mail.received.some(({ to }) => to.includes(email)),
    'it is dropped'
  )
})

void t.test("claiming someone else's address gains nothing", async (t) => {
  const email = address('cfo')
  await register(email)
  await mail.next(email)
  const admin = await verified()
  const tenant = await createTenant(admin)
  await admin.send('POST', `/api/tenants/${tenant.id}/users`, { email, role: 'admin' })
  const invitation = await mail.next(email)
  refused(t, await tryLogIn(email), 'EMAIL_NOT_VERIFIED', [], 'the claimant')
  const second = await mail.next(email)
  t.match(second.text, /for=address/)
  const names = { password: NEXT, first_name: 'C', last_name: 'F' }
  refused(t, await auth('invitations/accept', { token: invitation.token, ...names }), 'EMAIL_TAKEN')
  // The owner of the mailbox takes the account over.
  await sql`update mails set sent_at = sent_at - interval '1 hour' where recipient = ${email}`
  await auth('password/forgot', { email })
  const { token } = await mail.next(email)
  t.equal((await auth('password/reset', { token, password: NEXT })).status, 204)
  refused(t, await tryLogIn(email), 'INVALID_CREDENTIALS', [], 'the claimant')
  const owner = await tryLogIn(email, NEXT)
  t.equal(owner.status, 200)
  const client = new Client(url, String(owner.body.data['access_token']))
  t.equal(
    (await client.send('POST', '/api/auth/invitations/accept', { token: invitation.token })).status,
    200
  )
  t.equal((await client.get(`/api/tenants/${tenant.id}`)).status, 200)
})

void t.test('a forgotten password is reset by mail', async (t) => {
  const user = await verified()
  const { email } = user
  for (let round = 0; round < 10; round++) await tryLogIn(email, 'wrong one')
  refused(t, await tryLogIn(email), 'TOO_MANY_FAILURES')
  const asked = await auth('password/forgot', { email: ` ${email.toUpperCase()} ` })
  t.equal(asked.status, 202)
  const { token, text, subject } = await mail.next(email)
  t.equal(subject, 'A new password for Acme Documents')
  t.match(text, /for=password/)
  refused(t, await auth('password/reset', { token, password: 'short' }), 'VALIDATION_ERROR', ['/password'])
  refused(t, await auth('password/reset', { token, password: 'password1' }), 'WEAK_PASSWORD')
  const resets = await Promise.all(
    Array.from({ length: 3 }, () => auth('password/reset', { token, password: NEXT }))
  )
  t.same(resets.map(({ status }) => status).sort(), [204, 410, 410], 'the link works once')
  refused(t, await user.get('/api/users/me'), 'TOKEN_REVOKED', [], 'all sessions have ended')
  t.equal((await tryLogIn(email, NEXT)).status, 200, 'the failure counters are reset')
})

void t.test('a link for a password is valid for an hour', async (t) => {
  const user = await verified()
  await auth('password/forgot', { email: user.email })
  const { token } = await mail.next(user.email)
  const real = Date.now
  t.teardown(() => {
    Date.now = real
  })
  Date.now = () => real() + 3_601_000
  refused(t, await auth('password/reset', { token, password: NEXT }), 'LINK_EXPIRED')
  Date.now = real
  t.equal((await auth('password/reset', { token, password: NEXT })).status, 204)
})

void t.test('answers do not reveal whether an address has an account', async (t) => {
  const user = await verified()
  const deactivated = await verified()
  await sql`update users set is_active = false where email = ${deactivated.email}`
  const unknown = address('nobody')
  const answers = new Set<string>()
  for (const email of [user.email, deactivated.email, unknown]) {
    const { status, body } = await auth('password/forgot', { email })
    answers.add(JSON.stringify([status, body]))
  }
  t.equal(answers.size, 1)
  await mail.next(user.email)
  t.same(await rowsTo(unknown), [])
  t.same(
    (await rowsTo(deactivated.email)).map(({ kind }) => kind),
    ['address']
  )
})

void t.test('an address gets three mails an hour', async (t) => {
  const passed = stopwatch()
  const { email } = await verified()
  const flood = () => Promise.all(Array.from({ length: 10 }, () => auth('password/forgot', { email })))
  await flood()
  await mail.next(email)
  await until(async () => (await rowsTo(email)).every(({ waiting }) => !waiting))
  await flood()
  await mail.next(email)
  await until(async () => (await rowsTo(email)).every(({ waiting }) => !waiting))
  await flood()
  t.same(
    (await rowsTo(email)).map(({ kind }) => kind),
    ['address', 'password', 'password']
  )
  // An invitation waits until the hour is over.
  const admin = await verified()
  const tenant = await createTenant(admin)
  await admin.send('POST', `/api/tenants/${tenant.id}/users`, { email, role: 'user' })
  const [last] = (await rowsTo(email)).slice(-1)
  t.match(last, { kind: 'invitation', waiting: true, attempts: 0 })
  t.ok((last?.wait ?? 0) > 3_599 - passed() && (last?.wait ?? 0) <= 3_600, `in ${last?.wait} s`)
})

void t.test('invitations cannot use up the mails that the owner of an address asks for', async (t) => {
  const { email } = await verified()
  await sql`update mails set sent_at = sent_at - interval '1 hour' where recipient = ${email}`
  const admin = await verified()
  const tenant = await createTenant(admin)
  const path = `/api/tenants/${tenant.id}/invitations`
  const invite = () => admin.send<{ id: string }>('POST', path, { email, role: 'user' })

  await sql`insert into mails (id, recipient, kind, subject_id, due_at)
    select gen_random_uuid(), ${email}, 'invitation', gen_random_uuid(), now() + interval '20 minutes' * n
    from generate_series(1, 3) n`
  const { body } = await invite()
  t.match(
    (await rowsTo(email)).filter(({ waiting }) => waiting).map(({ wait }) => wait > 4_000),
    [false, false, false, true],
    'the new one waits until three are an hour old'
  )
  t.equal((await admin.delete(`${path}/${body.data.id}`)).status, 200)
  t.equal((await rowsTo(email)).filter(({ waiting }) => waiting).length, 3, 'a withdrawal makes room')

  await sql`insert into mails (id, recipient, kind, subject_id, due_at)
    select gen_random_uuid(), ${email}, 'invitation', gen_random_uuid(), now() + interval '20 minutes' * n
    from generate_series(4, 72) n`
  refused(t, await invite(), 'INVITATION_LIMIT_REACHED', [], 'no mail could be sent within a day')
  t.same(await sql`select from invitations where email = ${email} and expires_at > now()`, [])
  await auth('password/forgot', { email })
  t.match((await mail.next(email)).text, /for=password/, 'at once')
})

void t.test('no text that users choose becomes a header, a recipient or a link', async (t) => {
  const evil = 'Ada\r\nBcc: victim@example.com\r\n\r\nhttps://evil.example'
  const admin = await verified()
  await admin.send('PUT', '/api/users/me', { first_name: evil, last_name: '\u202eevil' })
  const names = [
    evil,
    'Visit evil.example now',
    'x'.repeat(255),
    '=?utf-8?q?Bcc:?=',
    'Zoë & Söhne "GmbH" 文書',
    '../../etc'
  ]
  for (const name of names) {
    const tenant = await createTenant(admin, name)
    const email = address('victim')
    await admin.send('POST', `/api/tenants/${tenant.id}/users`, { email, role: 'user' })
    const received = await mail.next(email)
    t.same(received.to, [email])
    t.equal(received.subject, 'You are invited to Acme Documents')
    t.equal(received.raw.split('\r\n\r\n')[0]?.match(/^(to|cc|bcc|from):/gim)?.length, 2)
    t.same(received.text.match(/[\w.-]+\.example/g), ['app.acme.example'], 'no link but our own')
    t.ok(received.text.split('\n').every((line) => line.length < 200))
  }
  const domains = address().replace('example.com', 'bücher.example')
  await register(domains)
  await until(async () => (await rowsTo(domains)).every(({ sent }) => sent))
})

void t.test(
  'a mail that is refused temporarily is sent later, and one refused permanently never',
  async (t) => {
    t.teardown(() => {
      mail.refuse = undefined
    })
    const [later, never] = [address('later'), address('never')]
    mail.refuse = (to) =>
      to === later ? smtpError(451, 'greylisted, try later') : smtpError(550, 'no such mailbox')
    const passed = stopwatch()
    await register(later)
    await register(never)
    await until(async () => [...(await rowsTo(later)), ...(await rowsTo(never))].every(({ error }) => error))
    const [postponed] = await rowsTo(later)
    t.match(postponed, { attempts: 1, waiting: true, sent: false, error: /451/ })
    t.ok((postponed?.wait ?? 0) > 59 - passed() && (postponed?.wait ?? 0) <= 60, 'after a minute')
    t.match(await rowsTo(never), [{ attempts: 1, waiting: false, sent: false, error: /550 no such mailbox/ }])
    for (const [attempts, wait] of [
      [2, 300],
      [3, 1_800],
      [4, 7_200]
    ] as const) {
      const passed = stopwatch()
      await sql`update mails set due_at = now() where recipient = ${later}`
      await until(async () => (await rowsTo(later))[0]?.attempts === attempts)
      await until(async () => ((await rowsTo(later))[0]?.wait ?? 0) > wait - 1 - passed())
    }
    mail.refuse = undefined
    await sql`update mails set due_at = now() where recipient = ${later}`
    t.ok((await mail.next(later)).token)
    await until(async () => (await rowsTo(later))[0]?.sent === true)
    t.match(await rowsTo(later), [{ attempts: 5, waiting: false, error: null }])
  }
)

void t.test('a worker that is killed while it sends loses no mail', async (t) => {
  await worker.close()
  const email = address('killed')
  let stuck: (() => void) | undefined
  const isStuck = new Promise<void>((resolve) => {
    stuck = resolve
  })
  mail.hold = () => stuck?.()
  await register(email)
  const env = { PATH: process.env['PATH'], ...environment, LOG_LEVEL: 'info' }
  const child = spawn(process.execPath, program('workers/main'), { env, stdio: 'ignore' })
  t.teardown(() => child.kill('SIGKILL'))
  await isStuck
  t.match(await rowsTo(email), [{ attempts: 1, waiting: true, sent: false }], 'claimed but not sent')
  child.kill('SIGKILL')
  await once(child, 'exit')
  mail.hold = undefined
  const [row] = await rowsTo(email)
  t.ok((row?.wait ?? 0) <= 60, 'due again within a minute')
  const [{ id } = { id: '' }] = await sql<{ id: string }[]>`
    update mails set due_at = now() where recipient = ${email} returning id`
  const other = await buildWorker(config, log.logger)
  t.teardown(() => other.close())
  await other.ready()
  const received = await mail.next(email)
  t.equal(received.messageId, `<${id}@acme.example>`, 'the Message-ID lets mail programs detect duplicates')
  await until(async () => (await rowsTo(email))[0]?.sent === true)

  // An unverified account cannot log in, so signUpMember fails.
  const admin = await verified()
  const tenant = await createTenant(admin)
  const member = await signUpMember(url, sql, tenant.id, 'viewer').catch(() => undefined)
  t.equal(member, undefined, 'an unverified account has no session')
  const text = JSON.stringify(log.lines)
  t.notMatch(text, /token=/)
  t.notMatch(text, received.token)
  t.match(
    await other.inject('/metrics').then(({ body }) => body),
    /strongroom_mails_total\{kind="address",outcome="sent"\} \d/
  )
})
