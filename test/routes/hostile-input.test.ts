import { randomUUID } from 'node:crypto'
import t from 'tap'
import { refused, signUp } from '../helpers/api.js'
import { sane, startHostile, visible } from './hostile.js'

const { log, admin, tenant, documents, document } = await startHostile(t)
const members = `/api/tenants/${tenant.id}/users`
const JSON_TYPE = { 'content-type': 'application/json' }

/** Every route that takes JSON, with a valid body. */
const JSON_ROUTES: ['POST' | 'PUT', string, () => Record<string, unknown>][] = [
  [
    'POST',
    '/api/auth/register',
    () => ({ email: `${randomUUID()}@example.com`, password: 'a password', first_name: 'a', last_name: 'b' })
  ],
  ['POST', '/api/auth/login', () => ({ email: 'nobody@example.com', password: 'a password' })],
  ['POST', '/api/auth/refresh', () => ({ refresh_token: 'x' })],
  ['PUT', '/api/users/me', () => ({ first_name: 'a', last_name: 'b' })],
  ['PUT', '/api/users/me/password', () => ({ current_password: 'wrong', new_password: 'a password' })],
  ['POST', '/api/tenants', () => ({ name: 'a' })],
  ['PUT', `/api/tenants/${tenant.id}`, () => ({ name: 'a' })],
  ['POST', members, () => ({ email: 'nobody@example.com', role: 'viewer' })],
  ['POST', '/api/auth/password/forgot', () => ({ email: 'nobody@example.com' })],
  ['POST', '/api/auth/password/reset', () => ({ token: 'x', password: 'a password' })],
  ['PUT', `${members}/${admin.userId}`, () => ({ role: 'admin' })],
  ['PUT', `${documents}/${document.id}`, () => ({ filename: 'a', mime_type: 'a/b' })]
]

const TEXTS = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  'x\udc00y',
  '\uffff\ufffe',
  '\u202e\u2028\u2029\ufeff',
  '😀'.repeat(300),
  'a'.repeat(900_000),
  '\\u0000',
  "'; select pg_sleep(10); --",
  '%s%n%x',
  '${7*7}',
  '../../../etc/passwd',
  '__proto__',
  '{"$ne":null}'
]
const TYPES: unknown[] = [null, true, 0, -1, 1.5, [], {}, ['a'], { a: 1 }, [[[[]]]]]

void t.test('any text and any type in any field of a body gets a proper answer', async (t) => {
  for (const [method, path, right] of JSON_ROUTES) {
    for (const field of Object.keys(right())) {
      for (const value of TEXTS) {
        const answer = await admin.send(method, path, { ...right(), [field]: value })
        sane(t, answer, `${method} ${path} ${field}=${visible(value)}`)
      }
      for (const value of TYPES) {
        const answer = await admin.send(method, path, { ...right(), [field]: value })
        refused(t, answer, 'VALIDATION_ERROR', [], `${method} ${path} ${field}=${JSON.stringify(value)}`)
        t.ok(
          answer.body.error.details?.some((detail) => detail.field.startsWith(`/${field}`)),
          'the error names the field'
        )
      }
    }
  }
})

void t.test('an unknown property is refused and named', async (t) => {
  for (const [method, path, right] of JSON_ROUTES) {
    for (const name of ['extra', 'constructor2', 'a b', 'ä/~', '']) {
      const answer = await admin.send(method, path, { ...right(), [name]: 1 })
      refused(t, answer, 'VALIDATION_ERROR', [], `${method} ${path} ${name}`)
      const pointer = `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
      t.ok(
        answer.body.error.details?.some((detail) => detail.field === pointer),
        `the error names ${pointer}`
      )
    }
  }
})

void t.test('a content type without a body counts as no body', async (t) => {
  const nothing = { headers: JSON_TYPE, body: '' }
  refused(
    t,
    await admin.request('POST', '/api/tenants', nothing),
    'VALIDATION_ERROR',
    ['/'],
    'a route that needs a body'
  )
  const leaving = await signUp(admin.url)
  const answer = await leaving.request('POST', '/api/auth/logout', nothing)
  t.equal(answer.status, 200, 'many generated clients send a content type without a body')
})

void t.test('bodies that are not JSON are refused', async (t) => {
  const broken: (string | Buffer)[] = [
    '{',
    '{"a":}',
    "{'a':1}",
    'undefined',
    '{"a":1}{"a":1}',
    '{"a":"\u0001"}',
    '{"__proto__":{"x":1}}',
    '{"constructor":{"prototype":{"x":1}}}',
    '['.repeat(60_000),
    Buffer.from([0xff, 0xfe, 0x00])
  ]
  const odd: (string | Buffer)[] = [
    'null',
    '[]',
    '"text"',
    '1e400',
    `{"email":${'['.repeat(30_000)}${']'.repeat(30_000)}}`,
    '\ufeff{}',
    Buffer.from([0x22, 0xff, 0xc0, 0x80, 0x22]),
    '{"email":"a@b.cc","email":7}'
  ]
  for (const [method, path] of JSON_ROUTES) {
    for (const body of broken) {
      const answer = await admin.request(method, path, { headers: JSON_TYPE, body })
      refused(t, answer, 'MALFORMED_REQUEST', [], `${method} ${path} ${visible(String(body))}`)
    }
    for (const body of odd) {
      const answer = await admin.request(method, path, { headers: JSON_TYPE, body })
      sane(t, answer, `${method} ${path} ${visible(String(body))}`)
    }
    const large = await admin.request(method, path, { headers: JSON_TYPE, body: ' '.repeat(2_000_000) })
    refused(t, large, 'BODY_TOO_LARGE', [], `${method} ${path}: too large`)
  }
})

void t.test('content types that are not JSON are refused', async (t) => {
  const types = [
    'application/xml',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/octet-stream',
    'json',
    'application/',
    '*/*'
  ]
  for (const [method, path, right] of JSON_ROUTES) {
    for (const type of types) {
      const answer = await admin.request(method, path, {
        headers: { 'content-type': type },
        body: JSON.stringify(right())
      })
      refused(t, answer, 'UNSUPPORTED_MEDIA_TYPE', [], `${method} ${path} ${type}`)
    }
    const untyped = await admin.request(method, path, { body: Buffer.from(JSON.stringify(right())) })
    refused(t, untyped, 'UNSUPPORTED_MEDIA_TYPE', [], `${method} ${path} without a type`)
    const charset = await admin.request(method, path, {
      headers: { 'content-type': 'APPLICATION/JSON; charset=utf-8' },
      body: JSON.stringify(right())
    })
    t.not(charset.status, 415, `${method} ${path}: types are case-insensitive`)
  }
})

void t.test('plain text is refused too', async (t) => {
  for (const [method, path, right] of JSON_ROUTES) {
    const init = { headers: { 'content-type': 'text/plain' }, body: JSON.stringify(right()) }
    refused(t, await admin.request(method, path, init), 'UNSUPPORTED_MEDIA_TYPE', [], `${method} ${path}`)
  }
})

void t.test('none of this raised an alarm, and the API still works', async (t) => {
  t.same(log.alarms(), [])
  t.equal((await admin.get(documents)).status, 200)
})
