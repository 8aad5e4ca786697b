import { randomUUID } from 'node:crypto'
import t from 'tap'
import { MAX_DETAILS } from '../../core/errors.js'
import { captureLog, Client, createTenant, refused, signUp, startApi, uploaded } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { registeredRoutes } from '../helpers/registered-routes.js'
import { visible } from './hostile.js'

const { config, sql } = await createInstallation(t)
const log = captureLog('info')
const { built, routes } = await registeredRoutes(() => startApi(t, config, log.logger))
const { app, url } = built
const ada = await signUp(url)
// Some routes are for operators only.
await sql`update users set operator = true where id = ${ada.userId}`
const tenant = await createTenant(ada)
const documents = `/api/tenants/${tenant.id}/documents`
const folders = `/api/tenants/${tenant.id}/folders`
const document = await uploaded(ada, tenant.id, 'content', { filename: 'a.txt' })

void t.test('an unknown query parameter is refused on every route, and named', async (t) => {
  const ids: Record<string, string> = {
    tenant_id: tenant.id,
    document_id: document.id,
    file_id: document.file_id,
    user_id: ada.userId,
    // Not a UUID, unlike the other ids.
    key_id: 'k'.repeat(22)
  }
  let asked = 0
  for (const { method, url: pattern, config: route, schema } of routes) {
    if (route?.anyQuery === true || method === 'OPTIONS' || method === 'HEAD') continue
    const path = pattern.replace(/:(\w+)/g, (_, name: string) => ids[name] ?? randomUUID())
    const headers = { authorization: `Bearer ${String(ada.token)}`, 'tus-resumable': '1.0.0' }
    // Routes with a JSON body report its missing fields first.
    if (schema?.body !== undefined && !('content' in (schema.body as object))) continue
    for (const [query, field] of [
      ['pgae=2', '/pgae'],
      ['__proto__=1', '/__proto__'],
      ['constructor=1', '/constructor'],
      ['a%2Fb~=1', '/a~1b~0']
    ] as const) {
      const answer = await app.inject({ method: method as 'GET', url: `${path}?${query}`, headers })
      const { error } = answer.json<{ error?: { code: string; details?: object[] } }>()
      t.match(
        { status: answer.statusCode, error },
        {
          status: 422,
          error: { code: 'VALIDATION_ERROR', details: [{ field, message: 'is not a known field' }] }
        },
        `${String(method)} ${pattern} ${query}`
      )
      asked += 1
    }
  }
  t.ok(asked > 80, `${asked} requests`)
  t.equal((await ada.get(`${documents}/${document.id}`)).status, 200, 'nothing was deleted')
})

void t.test('a repeated parameter is refused, whatever its type', async (t) => {
  for (const [path, name, value] of [
    [documents, 'page', '1'],
    [documents, 'filename', 'a'],
    [documents, 'sort', 'filename'],
    [documents, 'user_id', ada.userId],
    [documents, 'created_from', '2026-01-01T00:00:00Z'],
    [documents, 'external_id', 'a'],
    [documents, 'folder', '/a/'],
    [documents, 'metadata[a]', '1'],
    [documents, 'total', 'false'],
    [documents, 'fields', 'id'],
    [folders, 'parent', '/a/'],
    [`${documents}/${document.id}/download`, 'redirect', 'false']
  ] as const) {
    const answer = await ada.get(`${path}?${name}=${value}&${name}=${value}`)
    refused(t, answer, 'VALIDATION_ERROR', [`/${name.replace('[', '/').replace(']', '')}`], name)
    t.match(answer.body.error.details, [{ message: 'may be given only once' }])
  }
})

void t.test('a signed link works with added parameters', async (t) => {
  const { body } = await ada.get<{ url: string }>(`${documents}/${document.id}/download?redirect=false`)
  t.equal((await fetch(`${body.data.url}&x-amz-request-payer=requester&utm_source=a`)).status, 200)
})

void t.test('every wrong field is named, with what is expected', async (t) => {
  const { body } = await new Client(url).send('POST', '/api/auth/register', {
    email: 'nobody',
    password: 'short',
    first_name: 'a'.repeat(101),
    extra: 1
  })
  t.same(body.error.details, [
    { field: '/email', message: 'must be an e-mail address, such as ada@example.com' },
    { field: '/password', message: 'must have at least 8 characters' },
    { field: '/first_name', message: 'must have at most 100 characters' },
    { field: '/last_name', message: 'is required' },
    { field: '/extra', message: 'is not a known field' }
  ])
  const sort = await ada.get(`${documents}?sort=size&mime_type=x&page=0&filename=`)
  t.same(sort.body.error.details, [
    { field: '/page', message: 'must be at least 1' },
    { field: '/filename', message: 'must have at least 1 character' },
    { field: '/mime_type', message: 'must be a media type, such as application/pdf' },
    { field: '/sort', message: 'must be one of: created_at, -created_at, filename, -filename' }
  ])
  const form = await ada.upload(tenant.id, 'x', { md5: 'no', mime_type: 'y', filename: '\u200b' })
  t.same(form.body.error.details, [
    {
      field: '/filename',
      message: 'must contain a visible character, but neither U+0000 nor half of a surrogate pair'
    },
    { field: '/mime_type', message: 'must be a media type, such as application/pdf' },
    { field: '/md5', message: 'must be the 32 hexadecimal digits of an MD5' }
  ])
})

void t.test('every wrong field of own data is named, wherever it is sent', async (t) => {
  const wrong = { external_id: '..', metadata: { 'a b': 1 }, tags: ['a', ' '], folder: 'a' }
  const named = ['/external_id', '/folder', '/metadata/a b', '/tags/1']
  const byId = `${documents}/by-external-id/known`
  refused(t, await ada.send('PUT', `${documents}/${document.id}`, wrong), 'VALIDATION_ERROR', named)
  for (const path of [`${documents}/${document.id}`, byId]) {
    const patch = { body: JSON.stringify(wrong), headers: { 'content-type': 'application/json' } }
    refused(t, await ada.request('PATCH', path, patch), 'VALIDATION_ERROR', named)
  }
  const form = new FormData()
  form.append('external_id', wrong.external_id)
  form.append('metadata', JSON.stringify(wrong.metadata))
  for (const tag of wrong.tags) form.append('tags', tag)
  form.append('folder', wrong.folder)
  form.append('file', new Blob(['x']), 'x')
  refused(t, await ada.request('POST', documents, { body: form }), 'VALIDATION_ERROR', named)
  const query = new URLSearchParams({ filename: 'x', metadata: JSON.stringify(wrong.metadata) })
  const raw = { body: 'x', headers: { 'content-type': 'text/plain' } }
  refused(t, await ada.request('PUT', `${byId}?${String(query)}`, raw), 'VALIDATION_ERROR', ['/metadata/a b'])
  const many = { ids: ['a', document.id], action: 'burn', ...wrong, tags: 'a' }
  refused(t, await ada.send('POST', `${documents}/bulk`, many), 'VALIDATION_ERROR', [
    ...['/action', '/external_id', '/folder', '/ids/0', '/metadata/a b', '/tags']
  ])
  refused(t, await ada.send('POST', `${folders}/move`, { from: 'a', extra: 1 }), 'VALIDATION_ERROR', [
    ...['/extra', '/from', '/to']
  ])
  t.match((await ada.get(`${documents}/${document.id}`)).body.data, { revision: 1, folder: '/' })
})

void t.test('answers and logs do not grow with the request', async (t) => {
  const many = Object.fromEntries(Array.from({ length: 8_000 }, (_, n) => [n.toString(36), 0]))
  const wide = { ['x'.repeat(60_000)]: 0 }
  const query = Array.from({ length: 2_000 }, (_, n) => `q${n}=1`).join('&')
  log.lines.length = 0
  for (const answer of [
    await ada.send('POST', '/api/auth/login', many),
    await ada.send('POST', '/api/auth/refresh', many),
    await ada.send('PUT', `${documents}/${document.id}`, many),
    await ada.send('PUT', `${documents}/${document.id}`, { metadata: many }),
    await ada.send('POST', `${documents}/bulk`, { ids: Object.keys(many).slice(0, 2_000), action: 'delete' }),
    await ada.send('POST', `${folders}/move`, { from: `/${'x'.repeat(60_000)}`, to: '/a' }),
    await ada.get(`${documents}?${'metadata[a]=1&'.repeat(500)}`),
    await ada.send('POST', '/api/auth/login', wide),
    await ada.get(`${documents}?${query}`),
    await ada.get(`${documents}?${'y'.repeat(10_000)}=1`)
  ]) {
    refused(t, answer, 'VALIDATION_ERROR')
    const { details = [] } = answer.body.error
    t.ok(details.length > 0 && details.length <= MAX_DETAILS, `${details.length} details`)
    t.ok(JSON.stringify(answer.body).length < 8_000)
  }
  const longest = Math.max(...log.lines.map((line) => JSON.stringify(line).length))
  t.ok(
    log.lines.length > 6 && longest < 8_000,
    `the longest of ${log.lines.length} lines has ${longest} characters`
  )
  const large = await ada.send('POST', '/api/auth/login', { email: 'x'.repeat(70_000) })
  refused(t, large, 'BODY_TOO_LARGE')
})

void t.test('the length of any log line is limited', async (t) => {
  log.lines.length = 0
  const cause = Object.assign(new Error('m'.repeat(1e6)), {
    sql: 's'.repeat(1e6),
    list: Array(1e5).fill('x')
  })
  app.log.error({ err: cause, deep: [[[[[['d'.repeat(1e6)]]]]]], request_id: 'r' }, 'failed')
  const manyFields = Array.from({ length: 1_000 }, (_, n) => [`${n}`, 'f'.repeat(1e3)])
  app.log.error({ ...Object.fromEntries(manyFields), request_id: 'r' }, 'failed')
  t.equal(log.lines.length, 2)
  for (const line of log.lines) {
    t.match(line, { level: 50, msg: 'failed', request_id: 'r', shortened_from: Number })
    t.ok(JSON.stringify(line).length <= 20_000)
  }
  t.match(log.lines[0], { err: { type: 'Error', message: /^m{1000}…$/ } })
})

const INVISIBLE = [
  ...['\u200b', '\u200b\u200d', '\u202e\u202c', '\u2066\u2069', '\ufeff', '\u00ad', '\u3164', '\uffa0'],
  ...['\u115f\u1160', '\u2800', '\u180e', '\u034f', '\u0301', '\ufe0f', '\u{e0001}', '\u0001', '\u2028'],
  ...['\u{1d159}', ' \u200b ', '\u2060', '\u061c', 'a\0', 'a\ud800', '\udc00b']
]

void t.test('an invisible name is refused', async (t) => {
  for (const name of INVISIBLE) {
    const shown = visible(name)
    const register = {
      email: `${randomUUID()}@example.com`,
      password: 'correct horse battery',
      last_name: 'b'
    }
    const tries = {
      '/first_name': ada.send('POST', '/api/auth/register', { ...register, first_name: name }),
      '/last_name': ada.send('PUT', '/api/users/me', { last_name: name }),
      '/name': ada.send('POST', '/api/tenants', { name }),
      '/filename': ada.send('PUT', `${documents}/${document.id}`, { filename: name })
    }
    for (const [field, answer] of Object.entries(tries))
      refused(t, await answer, 'VALIDATION_ERROR', [field], `${shown} as ${field}`)
    if (/\p{Cs}/u.test(name)) continue
    const raw = { body: Buffer.from('x'), headers: { 'content-type': 'application/octet-stream' } }
    const path = `${documents}?filename=${encodeURIComponent(name)}`
    refused(t, await ada.request('POST', path, raw), 'VALIDATION_ERROR', ['/filename'], shown)
  }
  for (const name of ['👩‍👩‍👧', '❤️', 'می‌خواهم', 'שלום\u200f', '日本', '\u202eabc'])
    t.equal(
      (await ada.send('PUT', `${documents}/${document.id}`, { filename: name })).status,
      200,
      visible(name)
    )
})

void t.test('an address with invisible characters is refused', async (t) => {
  for (const hidden of ['\u202e', '\u200b', '\u2066', '\u00ad', '\u3164', '\u0007', '\ud800', '\ufeff']) {
    for (const email of [`a${hidden}b@example.com`, `ab@exa${hidden}mple.com`]) {
      const body = { email, password: 'correct horse battery', first_name: 'a', last_name: 'b' }
      refused(
        t,
        await ada.send('POST', '/api/auth/register', body),
        'VALIDATION_ERROR',
        ['/email'],
        visible(email)
      )
    }
  }
})

void t.test('names are stored composed, and found in either Unicode form', async (t) => {
  const place = await createTenant(ada)
  const path = `/api/tenants/${place.id}/documents`
  const name = 'R\u00e9sum\u00e9 \uac00.pdf'
  const stored = await uploaded(ada, place.id, 'one', { filename: name.normalize('NFD') })
  t.equal(stored.filename, name, 'it is stored composed')
  const renamed = await uploaded(ada, place.id, 'two', { filename: 'x' })
  const put = await ada.send('PUT', `${path}/${renamed.id}`, { filename: ` ${name.normalize('NFD')} ` })
  t.match(put.body.data, { filename: name })
  for (const form of ['NFC', 'NFD'] as const) {
    const found = await ada.get<{ pagination: object }>(
      `${path}?filename=${encodeURIComponent('r\u00e9sum'.normalize(form))}`
    )
    t.match(found.body.data.pagination, { total: 2 }, form)
  }
  const long = '\u0958'.repeat(200)
  const answer = await ada.send('PUT', `${path}/${renamed.id}`, { filename: long })
  refused(t, answer, 'VALIDATION_ERROR', ['/filename'], 'a name that is too long once normalized')
})
