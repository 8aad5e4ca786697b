import { randomBytes } from 'node:crypto'
import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { program } from '../../scripts/program.js'
import { Client, createTenant, logIn, PASSWORD, refused, signUp, startApi } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'
import { startWorker } from '../helpers/worker.js'

const { config, configWith, environment, sql } = await createInstallation(t)
const open = await startApi(t, config)
const invited = await startApi(t, configWith({ REGISTRATION: 'invited', TENANT_CREATION: 'permitted' }))
const closed = await startApi(t, configWith({ REGISTRATION: 'closed' }))

const NEW = { password: PASSWORD, first_name: 'New', last_name: 'Person' }
const address = () => `new-${randomBytes(4).toString('hex')}@example.com`
const register = (url: string) =>
  new Client(url).send('POST', '/api/auth/register', { email: address(), ...NEW })
const accept = (url: string, token: string) =>
  new Client(url).send('POST', '/api/auth/invitations/accept', { token, ...NEW })

/** `npm run users`, without npm. */
function users(...args: string[]): Promise<{ code: number; output: string; errors: string }> {
  return new Promise((resolve) => {
    const env = { PATH: process.env['PATH'], ...environment }
    execFile(process.execPath, [...program('scripts/users'), ...args], { env }, (error, output, errors) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, output, errors })
    )
  })
}

void t.test('the registration policy decides who may create an account', async (t) => {
  t.equal((await register(open.url)).status, 201)
  for (const { url } of [invited, closed]) refused(t, await register(url), 'REGISTRATION_CLOSED')
  const admin = await signUp(open.url)
  const tenant = await createTenant(admin)
  const invite = async () => {
    const path = `/api/tenants/${tenant.id}/invitations`
    const { body } = await admin.send<{ token: string }>('POST', path, { email: address(), role: 'viewer' })
    return body.data.token
  }
  t.equal((await accept(invited.url, await invite())).status, 200)
  refused(t, await accept(closed.url, await invite()), 'REGISTRATION_CLOSED')
  const user = await signUp(open.url)
  const path = `/api/tenants/${tenant.id}/invitations`
  const { body } = await admin.send<{ token: string }>('POST', path, { email: user.email, role: 'viewer' })
  const token = body.data.token
  const known = new Client(closed.url, user.token)
  t.equal(
    (await known.send('POST', '/api/auth/invitations/accept', { token })).status,
    200,
    'an existing account may accept'
  )
})

void t.test('the tenant creation policy decides who may create tenants', async (t) => {
  const user = await signUp(open.url)
  const restricted = new Client(invited.url, user.token)
  const create = () => restricted.send('POST', '/api/tenants', { name: 'Acme' })
  refused(t, await create(), 'TENANT_CREATION_DENIED')
  t.equal((await sql`select from tenants where created_by = ${user.userId}`).length, 0)
  t.match(await users('permit', user.email.toUpperCase()), { code: 0, output: /may create tenants/ })
  t.match(await users('permit', user.email), { code: 0, output: /could already/ })
  t.equal((await create()).status, 201)
  t.match(await users('forbid', user.email), { code: 0, output: /may not create tenants any more/ })
  refused(t, await create(), 'TENANT_CREATION_DENIED')
  t.match(await users('permit', 'nobody@example.com'), { code: 1, errors: /No account has the address/ })
})

void t.test('an operator invites a person', async (t) => {
  const email = address()
  const made = await users('invite', email, '--may-create-tenants')
  t.equal(made.code, 0, made.errors)
  const token = /: ([\w-]{70})$/m.exec(made.output)?.[1] ?? ''
  const accepted = await accept(invited.url, token)
  t.equal(accepted.status, 200)
  t.match(accepted.body.data, { user: { email }, tenant_id: null, role: null })
  const { access_token } = await logIn(invited.url, email)
  t.ok(await createTenant(new Client(invited.url, access_token)))
  refused(t, await accept(invited.url, token), 'INVITATION_EXPIRED')
  t.match(await users('invite', 'no address'), { code: 2, errors: /must be an e-mail address/ })
  const [row] = await sql`select email_verified_at from users where email = ${email}`
  t.equal(row?.['email_verified_at'], null, 'a link shown on a terminal verifies no address')

  const created = address()
  await users('create', created, '--first-name', 'A', '--last-name', 'B', '--may-create-tenants')
  const [mine] = await sql`select email_verified_at, may_create_tenants from users where email = ${created}`
  t.ok(mine?.['email_verified_at'], 'an operator vouches for the address')
  t.equal(mine?.['may_create_tenants'], true)
})

void t.test('in development, mails are files', async (t) => {
  await startWorker(t, config)
  const user = await signUp(open.url)
  await new Client(open.url).send('POST', '/api/auth/password/forgot', { email: user.email })
  const folder = join(config.dataDir, 'mails')
  const texts = async () => {
    const names = await readdir(folder).catch(() => [])
    const files = names.filter((name) => name.endsWith('.eml'))
    return Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')))
  }
  let found: string | undefined
  await until(async () => {
    found = (await texts()).find((text) => text.includes(`To: ${user.email}`))
    return found !== undefined
  })
  const token = /^([\w-]{70})\r?$/m.exec(String(found).replaceAll('=\r\n', ''))?.[1] ?? ''
  const password = 'another long password'
  const reset = await new Client(open.url).send('POST', '/api/auth/password/reset', { token, password })
  t.equal(reset.status, 204)
  const login = { email: user.email, password }
  t.equal((await new Client(open.url).send('POST', '/api/auth/login', login)).status, 200)
})
