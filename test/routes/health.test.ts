import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { captureLog, Client, createTenant, refused, signUp, startApi } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { readyWith } from '../helpers/readiness.js'

const { config, configWith } = await createInstallation(t)
const { url } = await startApi(t, config)

void t.test('/health/live answers without a token', async (t) => {
  const response = await fetch(`${url}/health/live`)
  t.equal(response.status, 200)
  t.same(await response.json(), { status: 'live' })
  t.match(response.headers.get('x-request-id'), /^[0-9a-f-]{36}$/)
})

void t.test('/health/ready is 200, without a token, once everything is up', async (t) => {
  const { status, body } = await readyWith(url, { database: 'up', storage: 'up', kafka: 'up' })
  t.equal(status, 200)
  t.same(body, {
    status: 'ready',
    checks: { database: 'up', tenant_servers: 'up', storage: 'up', kafka: 'up', process: 'up' }
  })
})

void t.test('without Kafka the API is degraded, but serves', async (t) => {
  const api = await startApi(t, configWith({ KAFKA_BROKERS: '127.0.0.1:1' }), captureLog().logger)
  const { status, body } = await readyWith(api.url, { database: 'up', storage: 'up' })
  t.equal(status, 200)
  t.same(body, {
    status: 'degraded',
    checks: { database: 'up', tenant_servers: 'up', storage: 'up', kafka: 'down', process: 'up' }
  })
  const user = await signUp(api.url)
  const tenant = await createTenant(user)
  t.equal((await user.upload(tenant.id, 'without Kafka')).status, 201)
})

void t.test('without the storage the API is unavailable, and recovers', async (t) => {
  const user = await signUp(url)
  const tenant = await createTenant(user)
  const folder = join(config.dataDir, 'objects')
  await rename(folder, `${folder}-gone`)
  const down = await readyWith(url, { database: 'up', storage: 'down' })
  const upload = await user.upload(tenant.id, 'without storage')
  const list = await user.get(`/api/tenants/${tenant.id}/documents`)
  await rename(`${folder}-gone`, folder)
  t.equal(down.status, 503)
  t.match(down.retryAfter, /^\d+$/)
  t.match(down.body, { status: 'unavailable', checks: { database: 'up', storage: 'down' } })
  refused(t, upload, 'STORAGE_UNAVAILABLE')
  t.match(upload.headers.get('retry-after'), /^\d+$/)
  t.equal(list.status, 200, 'requests that need no storage are served')
  t.equal((await readyWith(url, { database: 'up', storage: 'up' })).status, 200)
  t.equal((await user.upload(tenant.id, 'without storage')).status, 201)
})

void t.test('without the database the API is unavailable', async (t) => {
  const user = await signUp(url)
  const tenant = await createTenant(user)
  const log = captureLog()
  const api = await startApi(
    t,
    configWith({ DATABASE_URL: 'postgres://user:a-secret@127.0.0.1:1/none' }),
    log.logger
  )
  const down = await readyWith(api.url, { database: 'down', storage: 'up' })
  t.equal(down.status, 503)
  t.match(down.body, { status: 'unavailable', checks: { database: 'down', storage: 'up' } })
  t.equal((await fetch(`${api.url}/health/live`)).status, 200, 'the process is live')

  const client = new Client(api.url, String(user.token))
  const account = { email: 'a@example.com', password: 'a password', first_name: 'a', last_name: 'b' }
  const answers = {
    register: await client.send('POST', '/api/auth/register', account),
    'log in': await client.send('POST', '/api/auth/login', {
      email: account.email,
      password: account.password
    }),
    refresh: await client.send('POST', '/api/auth/refresh', { refresh_token: user.refreshToken }),
    account: await client.get('/api/users/me'),
    tenants: await client.get('/api/tenants'),
    tenant: await client.get(`/api/tenants/${tenant.id}`),
    documents: await client.get(`/api/tenants/${tenant.id}/documents`),
    upload: await client.upload(tenant.id, 'x')
  }
  for (const [what, answer] of Object.entries(answers)) {
    refused(t, answer, 'DATABASE_UNAVAILABLE', [], what)
    t.match(answer.headers.get('retry-after'), /^\d+$/, what)
    t.notMatch(JSON.stringify(answer.body), /a-secret|127\.0\.0\.1/, 'no internal details')
  }
  const logged = JSON.stringify(log.lines)
  t.match(logged, /DATABASE_UNAVAILABLE/)
  t.notMatch(logged, /a password|\$2[aby]\$|a-secret/, 'the log contains no secret')
})

void t.test('HEAD is answered like GET', async (t) => {
  t.equal((await fetch(`${url}/health/live`, { method: 'HEAD' })).status, 200)
  t.equal((await fetch(`${url}/health/ready`, { method: 'HEAD' })).status, 200)
})
