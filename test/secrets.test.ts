import { createHash, randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { databaseName, maintenanceUrl } from '../db/database-url.js'
import { buildWorker } from '../workers/app.js'
import { captureLog, Client, createTenant, sendRaw, startApi, uploaded, type Answer } from './helpers/api.js'
import { createInstallation } from './helpers/installation.js'
import { createService } from './helpers/services-of-tenants.js'
import { until } from './helpers/until.js'
import { committedEvents } from './helpers/committed-events.js'

/** A text that occurs nowhere else in a log; its ` "` is escaped in JSON and in URLs. */
const secret = (what: string) => `${what}-${randomBytes(9).toString('hex')} "ß`
const [first, next, mistyped, short] = ['first', 'next', 'mistyped', 'short'].map(secret) as [
  string,
  string,
  string,
  string
]

const { config, sql, tenantSql, databaseSql } = await createInstallation(t, {
  LOG_LEVEL: 'trace',
  JWT_SECRET_PREVIOUS: randomBytes(32).toString('hex'),
  GUESSES_PER_ACCOUNT_AND_NETWORK: '3'
})
const log = captureLog('trace')
const worker = await buildWorker(config, log.logger)
t.teardown(() => worker.close())
await worker.listen({ host: '127.0.0.1', port: 0 })
const { url } = await startApi(t, config, log.logger)

interface Tokens {
  access_token: string
  refresh_token: string
  device_token?: string
}
const secrets = new Map<string, string>([
  ['the first password', first],
  ['the next password', next],
  ['a mistyped password', mistyped],
  ['a short password', short],
  ['the token secret', config.auth.secrets[0]],
  ['the previous token secret', String(config.auth.secrets[1])],
  ['the secrets key', config.auth.lastingSecrets[0]],
  ['the role secret', String(config.tenancy.roleSecret)],
  ['the database password', new URL(config.database.url).password]
])
/** Error answers. */
const answers: string[] = []
const answered = <T>(answer: Answer<T>): Answer<T> => {
  if (!answer.body.success) answers.push(JSON.stringify([answer.body, [...answer.headers]]))
  return answer
}
const anonymous = new Client(url)
const email = `ada-${randomBytes(4).toString('hex')}@example.com`
const auth = async (route: string, body: unknown) =>
  answered(await anonymous.send<Tokens>('POST', `/api/auth/${route}`, body))
function noted(what: string, { body }: Answer<Tokens>): Tokens {
  secrets.set(`the access token of ${what}`, body.data.access_token)
  secrets.set(`the refresh token of ${what}`, body.data.refresh_token)
  secrets.set(`the device token of ${what}`, body.data.device_token ?? '')
  return body.data
}

/** Every encoding in which a secret might appear. */
function spellings(text: string): string[] {
  const inJson = JSON.stringify(text).slice(1, -1)
  // JSON inside JSON.
  const twice = JSON.stringify(inJson).slice(1, -1)
  return [
    text,
    inJson,
    twice,
    encodeURIComponent(text),
    Buffer.from(text).toString('base64').replace(/=+$/, '')
  ]
}
function leaks(haystack: string): string[] {
  const named = [...secrets]
    .filter(([, text]) => text !== '' && spellings(text).some((spelling) => haystack.includes(spelling)))
    .map(([what]) => what)
  if (/\$2[aby]\$\d\d\$/.test(haystack)) named.push('a password hash')
  if (/eyJ[\w-]{10,}\.[\w-]{10,}\./.test(haystack)) named.push('a token')
  return named
}

/** An account's whole life: uses of passwords, tokens and links, right and wrong. */
async function live(): Promise<string> {
  const names = { first_name: 'Ada', last_name: 'Lovelace' }
  await auth('register', { email, password: first, ...names })
  await auth('register', { email, password: first, ...names })
  await auth('register', { email: 'x', password: short.slice(0, 5), ...names })
  await auth('register', { email: first, password: `${first}${'x'.repeat(80)}`, ...names })
  await auth('login', { email: first, password: first })
  await auth('login', { email: `${mistyped.slice(0, 20)}@example.com`, password: mistyped })
  await auth('login', { email, password: mistyped })
  await auth('login', { email, password: [first] })
  const session = noted('a log-in', await auth('login', { email, password: first }))
  const second = noted('another log-in', await auth('login', { email, password: first }))
  const refreshed = noted('a refresh', await auth('refresh', { refresh_token: session.refresh_token }))
  const again = noted('a second refresh', await auth('refresh', { refresh_token: refreshed.refresh_token }))
  await auth('refresh', { refresh_token: second.access_token })
  await auth('refresh', { refresh_token: `${again.refresh_token}x` })
  const client = new Client(url, again.access_token)
  const put = async (current_password: unknown, new_password: unknown) =>
    answered(await client.send('PUT', '/api/users/me/password', { current_password, new_password }))
  await put(mistyped, next)
  await put(first, next.slice(0, 3))
  await put(first, next)
  const tenant = await createTenant(client, 'Acme')
  const path = `/api/tenants/${tenant.id}`
  const document = await uploaded(client, tenant.id, 'content', { filename: 'a.txt' })
  const link = await client.get<{ url: string }>(`${path}/documents/${document.id}/download?redirect=false`)
  const location = link.body.data.url
  const signature = [...new URL(location).searchParams.values()].filter((value) => value.length >= 20)
  t.ok(signature.length > 0, 'the link is signed')
  for (const [index, value] of signature.entries()) secrets.set(`part ${index} of the signed link`, value)
  await (await fetch(location)).text()
  answers.push(await (await fetch(location.replace('/objects/', '/objects/other/'))).text())
  answers.push(await (await fetch(location.replace(/.$/, (end) => (end === 'A' ? 'B' : 'A')))).text())
  await invitations(client, `${path}/invitations`)
  await badRequests(client, tenant.id)
  await useKeys(client, tenant.id)
  await client.send('PUT', `${path}/documents/${document.id}`, { filename: 'b.txt' })
  await client.delete(`${path}/documents/${document.id}`)
  for (let index = 0; index < 5; index++) await auth('login', { email, password: mistyped })
  await sql`update password_failures set since = since - interval '1 day'`
  const last = noted(
    'the last log-in',
    await auth('login', { email, password: next, device_token: session.device_token })
  )
  await auth('refresh', { refresh_token: session.refresh_token })
  answered(await client.get('/api/users/me'))
  await outage(new Client(url, last.access_token), last)
  answered(await new Client(url, last.access_token).request('POST', '/api/auth/logout'))
  answered(await new Client(url, last.access_token).get('/api/users/me'))
  return tenant.database_name
}

/** Links with tokens: created, misused and used. */
async function invitations(client: Client, path: string): Promise<void> {
  const invite = async (address: string) => {
    const { body } = await client.send<{ token: string }>('POST', path, { email: address, role: 'viewer' })
    const { token } = body.data
    secrets.set(`the token of the invitation of ${address}`, token)
    return token
  }
  const names = { first_name: 'Grace', last_name: 'Hopper' }
  const token = await invite(`grace-${email}`)
  await auth('invitations/accept', { token: `${token.slice(0, -4)}AAAA`, password: first, ...names })
  await auth('invitations/accept', { token, password: short.slice(0, 5), ...names })
  await auth('email/verify', { token })
  await auth('password/reset', { token, password: next })
  answered(await client.get(`${path}?token=${token}`))
  answered(await anonymous.get(`/account?token=${token}`))
  await auth('invitations/accept', { token, password: first, ...names })
  await auth('invitations/accept', { token, password: first, ...names })
  // The worker writes this mail, which contains a token, to a file.
  await auth('password/forgot', { email })
  const folder = join(config.dataDir, 'mails')
  const found = async () => (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.eml'))
  await until(
    async () => (await sql`select from mails where sent_at is not null and kind = 'password'`).length > 0
  )
  for (const name of await found()) {
    const text = (await readFile(join(folder, name), 'utf8')).replaceAll('=\r\n', '')
    const mailed = /^[\w-]{70}(?=\r?$)/m.exec(text)?.[0]
    if (mailed !== undefined) secrets.set(`the token in ${name}`, mailed)
  }
  t.ok(
    [...secrets.keys()].some((what) => what.endsWith('.eml')),
    "the mail's token was found"
  )
}

/** Uses of a key: right, wrong, and in places where it does not belong. */
async function useKeys(client: Client, tenantId: string): Promise<void> {
  const service = await createService(client, tenantId, 'user', ['documents:read'])
  // Its first part is its id, which is no secret.
  const [, , secret = ''] = service.key.split('_')
  secrets.set('a key', secret)
  secrets.set('the hash of a key', createHash('sha256').update(service.key).digest('hex'))
  const { key, serviceId, keyId } = service
  const keys = `/api/tenants/${tenantId}/service-accounts/${serviceId}/keys`
  answered(await service.get(`/api/tenants/${tenantId}/documents`))
  for (const path of [
    `/api/tenants/${tenantId}/audit`,
    `/api/users/me/sessions`,
    `/api/users/me?key=${key}`,
    `/api/tenants/${key}`,
    `/api/tenants/${tenantId}/documents?on_behalf_of=${key}${'x'.repeat(300)}`,
    `/nowhere/${key}`
  ])
    answered(await service.get(path))
  for (const wrong of [`${key}x`, key.slice(0, -1), key.toLowerCase(), `${key.slice(0, -6)}000000`])
    answered(await new Client(url, wrong).get('/api/users/me'))
  answered(await client.request('GET', '/api/users/me', { headers: { 'x-on-behalf-of': key } }))
  await auth('login', { email, password: key })
  await auth('refresh', { refresh_token: key })
  answered(await client.send('POST', keys, { name: key.repeat(2), scopes: [key] }))
  answered(await client.delete(`${keys}/${key}`))
  answered(await client.delete(`${keys}/${keyId}`))
  answered(await service.get('/api/users/me'))
}

/** Requests that put secrets where they do not belong. */
async function badRequests(client: Client, tenantId: string): Promise<void> {
  const token = String(client.token)
  const json = { 'content-type': 'application/json' }
  const post = async (body: string, headers: Record<string, string> = json) =>
    answered(await anonymous.request('POST', '/api/auth/login', { headers, body }))
  await post(`{"email":"${email}","password":"${first.slice(0, 20)}`)
  await post(`${JSON.stringify({ email, password: first })}}`)
  await post(JSON.stringify(first))
  await post(new URLSearchParams({ email, password: first }).toString(), {
    'content-type': 'application/x-www-form-urlencoded'
  })
  await post(JSON.stringify({ email, password: first, padding: 'x'.repeat(2_000_000) }))
  for (const path of [
    `/api/users/me?access_token=${token}`,
    `/api/tenants/${token}`,
    `/api/tenants/${tenantId}/documents?cursor=${token}`,
    `/api/tenants/${tenantId}/documents/${token}`,
    `/api/users/me/sessions?page=${encodeURIComponent(first)}`,
    `/nowhere/${token}?password=${encodeURIComponent(first)}`,
    `/api/tenants/%zz${token}`
  ]) {
    answered(await client.get(path))
    answered(await anonymous.get(path))
  }
  answered(await new Client(url, token.slice(0, -5)).get('/api/users/me'))
  const basic = { authorization: `Basic ${Buffer.from(`${email}:${first}`).toString('base64')}` }
  answered(await anonymous.request('GET', '/api/users/me', { headers: basic }))
  const bearer = `Authorization: Bearer ${token}\r\n`
  answers.push(await sendRaw(url, `GET /api/users/me HTTP/1.1\r\nHost: x\r\n${bearer}broken header\r\n\r\n`))
  answers.push(await sendRaw(url, `GARBAGE ${token} ${first}\r\n\r\n`))
  answers.push(await sendRaw(url, `GET / HTTP/1.1\r\nHost: x\r\n${bearer}x: ${'x'.repeat(20_000)}\r\n\r\n`))
}

/** Takes the main database down, and back up. */
async function outage(client: Client, { refresh_token }: Tokens): Promise<void> {
  const main = databaseName(config.database.url)
  const maintenance = databaseSql(databaseName(maintenanceUrl(config.database.url)))
  await maintenance`alter database ${maintenance(main)} allow_connections false`
  await maintenance`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${main}`
  await until(async () => answered(await client.get('/api/users/me')).status === 503)
  await auth('login', { email, password: next })
  await auth('refresh', { refresh_token })
  await auth('register', { email: 'new@example.com', password: first, first_name: 'a', last_name: 'b' })
  answered(
    await client.send('PUT', '/api/users/me/password', { current_password: next, new_password: first })
  )
  await maintenance`alter database ${maintenance(main)} allow_connections true`
  await until(async () => (await client.get('/api/users/me')).status === 200)
}

void t.test('no log, event, audit entry or error contains a secret', async (t) => {
  const database = await live()
  const hashes = await sql<{ password_hash: string }[]>`select password_hash from users
    where password_hash is not null`
  for (const { password_hash } of hashes) secrets.set('the hash of the password', password_hash)
  const audited = () => sql`select * from audit_log`
  await until(async () => JSON.stringify(await audited()).includes('auth.logout'))
  const places: Record<string, unknown[]> = {
    'the log': log.lines,
    'the events of the main database': [...(await sql`select * from ${committedEvents(sql)}`)],
    'the events of the tenant': [
      ...(await tenantSql(database)`select * from ${committedEvents(tenantSql(database))}`)
    ],
    'the audit log': [...(await audited())],
    'an error': answers
  }
  const least = {
    'the log': 100,
    'the events of the main database': 15,
    'the events of the tenant': 3,
    'the audit log': 10,
    'an error': 40
  }
  for (const [place, found] of Object.entries(places)) {
    t.ok(
      found.length >= least[place as keyof typeof least],
      `${place} has enough entries to check: ${found.length}`
    )
    for (const entry of found) {
      const leaked = leaks(JSON.stringify(entry))
      if (leaked.length > 0) t.fail(`${place} contains ${leaked.join(', ')}`, { entry })
    }
  }
  const levels = new Set(log.lines.map((line) => line['level']))
  t.ok(levels.has(30) && levels.has(40), 'the log has warnings too')
  for (const code of [
    'INVALID_TOKEN',
    'TOKEN_REUSED',
    'TOKEN_REVOKED',
    'TOO_MANY_FAILURES',
    'WRONG_PASSWORD',
    'LINK_INVALID',
    'LINK_EXPIRED',
    'INVITATION_EXPIRED',
    'MALFORMED_REQUEST',
    'DATABASE_UNAVAILABLE'
  ])
    t.ok(
      answers.some((answer) => answer.includes(code)),
      `${code} was among the errors`
    )
})

void t.test('the check finds secrets', async (t) => {
  for (const [what, text] of secrets) {
    if (text === '') continue
    t.ok(leaks(JSON.stringify({ line: JSON.stringify({ text }) })).includes(what), what)
    t.ok(leaks(`/path?q=${encodeURIComponent(text)}`).includes(what), `${what} in a URL`)
  }
})
