import t from 'tap'
import { refused, sendRaw, type TestDocument } from '../helpers/api.js'
import { sane, startHostile, visible } from './hostile.js'

const { url, log, admin, tenant, documents, document } = await startHostile(t)

void t.test('invalid times are refused', async (t) => {
  const wrong = [
    '',
    'yesterday',
    '2026',
    '2026-01-01',
    '0000-01-01T00:00:00Z',
    '2026-02-29T00:00:00Z',
    '2026-02-30T00:00:00Z',
    '2026-00-10T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-01T25:00:00Z',
    '2026-01-01T00:60:00Z',
    '2026-01-01T00:00:00',
    '2026-01-01T00:00:00+20:00',
    '2026-01-01T00:00:00+05',
    '+275760-09-13T00:00:00Z',
    '-0001-01-01T00:00:00Z',
    '10000-01-01T00:00:00Z',
    '2026-01-01T00:00:00Z\0',
    `2026-01-01T00:00:00.${'1'.repeat(500)}Z`,
    'infinity',
    'now()',
    '1767225600'
  ]
  for (const name of ['created_from', 'created_to']) {
    for (const moment of wrong) {
      const answer = await admin.get(`${documents}?${name}=${encodeURIComponent(moment)}`)
      refused(t, answer, 'VALIDATION_ERROR', [`/${name}`], `${name}=${visible(moment)}`)
    }
    for (const moment of [
      '0001-01-01T00:00:00Z',
      '9999-12-31T23:59:59.999999999Z',
      '2024-02-29T00:00:00z',
      '2026-01-01T00:00:00-15:59',
      '2016-12-31T23:59:60Z'
    ]) {
      t.equal((await admin.get(`${documents}?${name}=${encodeURIComponent(moment)}`)).status, 200, moment)
    }
  }
})

void t.test('invalid queries of the audit log are refused', async (t) => {
  const lists = [`/api/tenants/${tenant.id}/audit`, '/api/users/me/audit']
  const wrong: [string, string[]][] = [
    ['action', ['', 'A', 'a b', "a'", 'a\0', 'a'.repeat(101)]],
    ['from', ['', 'yesterday', '2026-02-30T00:00:00Z', 'infinity']],
    ['to', ['now()', '0000-01-01T00:00:00Z']],
    ['cursor', ['', 'x', Buffer.from('[]').toString('base64url'), 'a'.repeat(3001)]],
    ['per_page', ['0', '101', '1e400', '-1', 'x']]
  ]
  for (const list of lists) {
    for (const [name, values] of wrong) {
      for (const value of values) {
        const answer = await admin.get(`${list}?${name}=${encodeURIComponent(value)}`)
        refused(t, answer, 'VALIDATION_ERROR', [`/${name}`], `${name}=${visible(value)}`)
      }
    }
  }
  const user = await admin.get(`${String(lists[0])}?user_id=nobody`)
  refused(t, user, 'VALIDATION_ERROR', ['/user_id'])
})

void t.test('a UUID is accepted in either case, and in no other spelling', async (t) => {
  const { id } = document
  const wrong = [
    `urn:uuid:${id}`,
    `{${id}}`,
    id.replaceAll('-', ''),
    `${id}0`,
    id.slice(1),
    ` ${id}`,
    `${id}\n`,
    `${id}\0`,
    'x',
    'null',
    "' or 1=1 --",
    '１'.repeat(8),
    id.replace('-', '–'),
    'a'.repeat(90)
  ]
  const paths: [string, (id: string) => string][] = [
    ['/document_id', (text) => `${documents}/${text}`],
    ['/document_id', (text) => `${documents}/${text}/download`],
    ['/file_id', (text) => `/api/tenants/${tenant.id}/files/${text}`],
    ['/user_id', (text) => `${documents}?user_id=${text}`]
  ]
  for (const [field, path] of paths) {
    for (const text of wrong) {
      refused(
        t,
        await admin.get(path(encodeURIComponent(text))),
        'VALIDATION_ERROR',
        [field],
        `${field}: ${visible(text)}`
      )
    }
    for (const text of ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff']) {
      sane(t, await admin.get(path(text)), `${field}: ${text}`)
    }
  }
  t.equal((await admin.get<TestDocument>(`${documents}/${id.toUpperCase()}`)).body.data.id, id)
})

void t.test('invalid page numbers are refused', async (t) => {
  for (const name of ['page', 'per_page']) {
    for (const value of [
      '0',
      '-1',
      '1.5',
      '1e1',
      '1e9',
      '9007199254740993',
      '99999999999999999999',
      'NaN',
      '0x1F4240',
      '',
      ' ',
      'null',
      '1,2',
      '１'
    ]) {
      const answer = await admin.get(`${documents}?${name}=${encodeURIComponent(value)}`)
      refused(t, answer, 'VALIDATION_ERROR', [`/${name}`], `${name}=${value}`)
    }
    refused(t, await admin.get(`${documents}?${name}=1&${name}=2`), 'VALIDATION_ERROR', [`/${name}`])
  }
  t.equal((await admin.get(`${documents}?page=1000000&per_page=100`)).status, 200)
})

void t.test('an infinite page number is refused', async (t) => {
  for (const path of [
    documents,
    `/api/tenants/${tenant.id}/files`,
    '/api/tenants',
    '/api/users/me/tenants'
  ]) {
    refused(t, await admin.get(`${path}?page=1e400`), 'VALIDATION_ERROR', ['/page'], path)
    refused(t, await admin.get(`${path}?page=-Infinity`), 'VALIDATION_ERROR', ['/page'], path)
    refused(t, await admin.get(`${path}?per_page=1e400`), 'VALIDATION_ERROR', ['/per_page'], path)
  }
})

void t.test('paths and queries that cannot be decoded are refused', async (t) => {
  for (const path of [
    '/%',
    '/%zz',
    '/api/%E0%A4%A',
    '/api/tenants/%ff',
    '/api/auth/login%',
    '/objects/%c0%80'
  ]) {
    refused(t, await admin.get(path), 'MALFORMED_REQUEST', [], path)
  }
  for (const text of ['%', '%zz', '%ff', '%c0%80', '%ED%A0%80', 'a%FF%20b']) {
    const fields: [string, string][] = [
      [`${documents}?filename=${text}`, '/filename'],
      [`${documents}?page=1&%74ag=${text}`, '/tag'],
      [`${documents}?metadata[a]=${text}`, '/metadata/a'],
      [`${documents}?metadata%5Ba%5D=${text}`, '/metadata/a'],
      [`${documents}?cursor=${text}`, '/cursor'],
      [`${documents}?filename=a?${text}`, '/filename'],
      [`${documents}?filename=a?b${text}=1`, '/filename'],
      [`${documents}?filename=a%23?${text}&page=1`, '/filename'],
      [`/api/tenants/${tenant.id}/audit?on_behalf_of=${text}`, '/on_behalf_of'],
      [`/api/tenants/${tenant.id}/events?after=${text}`, '/after']
    ]
    for (const [path, field] of fields) refused(t, await admin.get(path), 'VALIDATION_ERROR', [field], path)
  }
  for (const query of [
    '?%',
    '?metadata[%ff]=a',
    '?%00=1',
    '?__proto__=1',
    '?constructor[prototype]=1',
    `?${'a=1&'.repeat(2000)}`,
    '?filename[]=a',
    '?filename[a]=b',
    '?=&&==&',
    '?filename=%00',
    '?sort=name',
    '?sort=',
    '?mime_type=x'
  ]) {
    sane(t, await admin.get(documents + query), query.slice(0, 40))
  }
  for (const path of [
    '/',
    '/api',
    '/api/',
    '/api/tenants/',
    '/API/tenants',
    '//api/tenants',
    '/api//tenants',
    '/%00',
    `/api/${'a'.repeat(8000)}`,
    '/objects/',
    '/objects/..%2f..%2fetc%2fpasswd',
    '/objects/tenants',
    '/api/tenants/%2e%2e/users/me',
    `/api/tenants/${'a'.repeat(500)}`
  ]) {
    sane(t, await admin.get(path), path.slice(0, 40))
  }
})

void t.test('unknown methods are refused', async (t) => {
  for (const [method, path] of [
    ['PATCH', '/api/users/me'],
    ['DELETE', '/api/users/me'],
    ['POST', '/api/users/me'],
    ['PUT', documents],
    ['DELETE', documents],
    ['POST', `${documents}/${document.id}`],
    ['GET', '/api/auth/login'],
    ['PROPFIND', documents]
  ] as const) {
    refused(t, await admin.request(method, path), 'METHOD_NOT_ALLOWED', [], `${method} ${path}`)
  }
  const head = await admin.request('HEAD', documents)
  t.equal(head.status, 200)
})

void t.test('a usable x-request-id is kept, any other replaced', async (t) => {
  const send = (id: string, path = '/health/live') =>
    admin.request('GET', path, { headers: { 'x-request-id': id } })
  for (const id of ['a', 'A-Z_0:9.x', '5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11', 'x'.repeat(64)]) {
    t.equal((await send(id)).headers.get('x-request-id'), id)
    const error = await send(id, '/nothing')
    refused(t, error, 'ROUTE_NOT_FOUND')
    t.equal(error.headers.get('x-request-id'), id)
    t.equal((await send(id, '/%zz')).headers.get('x-request-id'), id, 'also if the URL cannot be parsed')
  }
  for (const id of ['', 'a b', 'x'.repeat(65), '<script>', 'a;b', 'a,b', 'ä', '${jndi}', '"']) {
    const given = String((await send(id)).headers.get('x-request-id'))
    t.match(given, /^[0-9a-f-]{36}$/, `${visible(id)} is replaced`)
  }
  const twice = await sendRaw(
    url,
    'GET /health/live HTTP/1.1\r\nhost: x\r\nx-request-id: a\r\nx-request-id: b\r\nconnection: close\r\n\r\n'
  )
  t.match(twice, /x-request-id: [0-9a-f-]{36}\r\n/i)
  const one = await admin.get('/health/live')
  const other = await admin.get('/health/live')
  t.not(one.headers.get('x-request-id'), other.headers.get('x-request-id'))
})

void t.test('headers with odd bytes get a proper answer', async (t) => {
  const head = (line: string) =>
    sendRaw(
      url,
      Buffer.from(`GET /api/users/me HTTP/1.1\r\nhost: x\r\n${line}\r\nconnection: close\r\n\r\n`, 'latin1')
    )
  for (const line of [
    'authorization: Bearer \xff\xfe',
    'authorization: Bearer ä.ö.ü',
    'authorization:',
    `authorization: Bearer ${'a'.repeat(10_000)}`,
    `cookie: ${'a=b;'.repeat(2000)}`
  ]) {
    t.match(await head(line), /^HTTP\/1\.1 401 /, visible(line))
  }
})

void t.test('OPTIONS works without a preflight', async (t) => {
  const response = await fetch(`${url}/api/tenants`, { method: 'OPTIONS' })
  const body = await response.text()
  t.ok(response.status < 400 || body.startsWith('{"success":false'), `${response.status} ${body}`)
})

void t.test('requests that are not HTTP get the envelope too', async (t) => {
  for (const request of [
    'GET / HTTP/1.1\r\nhost: x\r\nno colon\r\n\r\n',
    'nonsense\r\n\r\n',
    `GET / HTTP/1.1\r\nhost: x\r\nlarge: ${'a'.repeat(20_000)}\r\n\r\n`,
    'POST /api/auth/login HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n'
  ]) {
    const answer = await sendRaw(url, request)
    t.match(answer, /^HTTP\/1\.1 4\d\d /, visible(request))
    t.match(answer, /"success":false/, visible(request))
  }
})

void t.test('none of this raised an alarm, and the API still works', async (t) => {
  t.same(log.alarms(), [])
  t.equal((await admin.get(documents)).status, 200)
})
