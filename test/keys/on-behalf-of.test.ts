import { request as httpRequest } from 'node:http'
import t from 'tap'
import { buildWorker } from '../../workers/app.js'
import {
  captureLog,
  createTenant,
  refused,
  signUp,
  startApi,
  type Page,
  type TestDocument
} from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { createService } from '../helpers/services-of-tenants.js'
import { until } from '../helpers/until.js'
import { committedEvents } from '../helpers/committed-events.js'

const { config, sql, tenantSql } = await createInstallation(t)
const worker = await buildWorker(config, captureLog('warn').logger)
t.teardown(() => worker.close())
await worker.listen({ host: '127.0.0.1', port: 0 })
const { url } = await startApi(t, config)
const admin = await signUp(url)
const tenant = await createTenant(admin)
const path = `/api/tenants/${tenant.id}`
const service = await createService(admin, tenant.id, 'admin', [
  ...(['documents:read', 'documents:write', 'members:write', 'tenants:write'] as const)
])

type Document = TestDocument & { on_behalf_of: string | null }
const as = (name: string) => ({ 'x-on-behalf-of': Buffer.from(name).toString('latin1') })
const upload = (name: string | undefined, content: string, more: Record<string, string> = {}) =>
  service.request<Document>('POST', `${path}/documents?filename=a.txt`, {
    headers: { 'content-type': 'text/plain', ...(name !== undefined && as(name)), ...more },
    body: content
  })

void t.test('documents keep on whose behalf they were uploaded, and can be found by it', async (t) => {
  const names = [
    'user-42',
    'user-43',
    'Zoë 日本 (ops)',
    `${'x'.repeat(254)}é`,
    "'; drop table documents; --",
    '%'
  ]
  for (const name of names) {
    const { status, body } = await upload(name, 'content')
    t.equal(status, 201, name)
    t.equal(body.data.on_behalf_of, name)
    const found = await service.get<Page<Document>>(
      `${path}/documents?on_behalf_of=${encodeURIComponent(name)}`
    )
    t.same(
      found.body.data.items.map(({ id }) => id),
      [body.data.id],
      name
    )
    const one = await admin.get<Document>(`${path}/documents/${body.data.id}`)
    t.equal(one.body.data.on_behalf_of, name)
  }
  t.equal((await upload(undefined, 'content')).body.data.on_behalf_of, null)
  const renamed = await service.request<Document>(
    'PUT',
    `${path}/documents/${(await upload('first', 'x')).body.data.id}`,
    {
      headers: { 'content-type': 'application/json', ...as('second') },
      body: '{"filename":"b.txt"}'
    }
  )
  t.equal(renamed.body.data.on_behalf_of, 'first', 'a change keeps the uploader')
})

void t.test('an invalid X-On-Behalf-Of is refused', async (t) => {
  const wrong: Record<string, Record<string, string>> = {
    empty: { 'x-on-behalf-of': '' },
    'too long': as('x'.repeat(256)),
    'a tab': { 'x-on-behalf-of': 'a\tb' },
    'not UTF-8': { 'x-on-behalf-of': '\u00ff' },
    'an invisible character': as('a\u200bb'),
    'another direction': as('a\u202eb'),
    'a line separator': as('a\u2028b')
  }
  for (const [what, headers] of Object.entries(wrong)) {
    const answer = await service.request('GET', '/api/users/me', { headers })
    refused(t, answer, 'VALIDATION_ERROR', ['/x-on-behalf-of'], what)
  }
  const person = await admin.request('GET', `${path}/documents`, { headers: as('user-42') })
  refused(t, person, 'VALIDATION_ERROR', ['/x-on-behalf-of'])
  t.equal(await twice(), 422, 'the header twice')
})

/** Sends the header twice, which `fetch` would join. */
const twice = () =>
  new Promise<number | undefined>((resolve, reject) => {
    const headers = [
      'host',
      'x',
      'authorization',
      `Bearer ${service.key}`,
      'x-on-behalf-of',
      'a',
      'X-On-Behalf-Of',
      'b'
    ]
    httpRequest(`${url}/api/users/me`, { headers }, (answer) => {
      answer.resume()
      resolve(answer.statusCode)
    })
      .on('error', reject)
      .end()
  })

void t.test('an Idempotency-Key belongs to the user on whose behalf it was sent', async (t) => {
  const key = { 'idempotency-key': 'the-key' }
  const first = await upload('user-1', 'keyed', key)
  t.equal(first.status, 201)
  const again = await upload('user-1', 'keyed', key)
  t.same([again.headers.get('idempotency-replayed'), again.body.data.id], ['true', first.body.data.id])
  refused(t, await upload('user-2', 'keyed', key), 'IDEMPOTENCY_MISMATCH')
})

void t.test('events and audit entries contain on_behalf_of', async (t) => {
  const name = 'auditor’s user'
  const { id } = (await upload(name, 'audited')).body.data
  const json = { 'content-type': 'application/json', ...as(name) }
  const call = (method: string, to: string, body?: object) =>
    service.request(method, to, { headers: json, ...(body && { body: JSON.stringify(body) }) })
  await call('PUT', `${path}/documents/${id}`, { filename: 'b.txt' })
  await call('GET', `${path}/documents/${id}/content`).catch(() => undefined)
  await call('DELETE', `${path}/documents/${id}`)
  await call('PUT', path, { name: 'Acme again' })
  const eve = await signUp(url, 'eve')
  await call('POST', `${path}/users`, { user_id: eve.userId, role: 'viewer' })
  await call('PUT', `${path}/users/${eve.userId}`, { role: 'user' })
  await call('DELETE', `${path}/users/${eve.userId}`)
  refused(t, await call('GET', `${path}/audit`), 'INSUFFICIENT_SCOPE')

  const expected = [
    ...['access.refused', 'document.created', 'document.deleted', 'document.downloaded', 'document.updated'],
    ...['member.added', 'member.removed', 'member.role_changed', 'tenant.updated']
  ]
  const find = async () => {
    const query = `on_behalf_of=${encodeURIComponent(name)}&per_page=50`
    const { body } = await admin.get<Page<{ action: string; on_behalf_of: string; user_id: string }>>(
      `${path}/audit?${query}`
    )
    return body.data.items
  }
  await until(async () => (await find()).length >= expected.length)
  const items = await find()
  t.same(items.map(({ action }) => action).sort(), expected)
  t.ok(items.every((item) => item.on_behalf_of === name && item.user_id === service.serviceId))
  const all = await admin.get<Page<{ on_behalf_of: string | null }>>(
    `${path}/audit?per_page=50&on_behalf_of=nobody`
  )
  t.equal(all.body.data.pagination.total, 0)

  const rows = await tenantSql(tenant.database_name)<{ event_type: string; said: string | null }[]>`
    select event_type, data ->> 'on_behalf_of' as said from ${committedEvents(tenantSql(tenant.database_name))} where data ->> 'document_id' = ${id}`
  t.same(rows.map(({ event_type, said }) => [event_type, said]).sort(), [
    ['document.deleted', name],
    ['document.updated', name],
    ['document.uploaded', name]
  ])
  t.equal((await sql`select from audit_log where on_behalf_of = ${name}`).length, expected.length)
})
