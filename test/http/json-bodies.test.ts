import { randomUUID } from 'node:crypto'
import t from 'tap'
import { createTenant, refused, signUp, startApi, uploaded } from '../helpers/api.js'
import { head, openConnection, outcomes } from '../helpers/connection.js'
import { createInstallation } from '../helpers/installation.js'

const { config } = await createInstallation(t)
const { url } = await startApi(t, config)
const ada = await signUp(url)
const tenant = await createTenant(ada)
const document = await uploaded(ada, tenant.id, 'content')
const path = `/api/tenants/${tenant.id}/documents/${document.id}`

const account = (password: string) =>
  `{"email":"${randomUUID()}@example.com","password":"${password}","first_name":"Ada","last_name":"L"}`
const ROUTES: ['POST' | 'PUT', string, string][] = [
  ['POST', '/api/auth/register', account('gr\u00fcne Wiese')],
  ['POST', '/api/auth/login', account('gr\u00fcne Wiese')],
  ['PUT', path, '{"filename":"M\u00fcller.txt"}'],
  ['POST', '/api/tenants', '{"name":"Stra\u00dfe"}']
]
const send = (method: string, to: string, body: string | Buffer, type = 'application/json') =>
  ada.request(method, to, { headers: { 'content-type': type }, body })

void t.test('bytes that are not UTF-8, and other charsets, are refused', async (t) => {
  for (const [method, to, body] of ROUTES) {
    const latin = Buffer.from(body, 'latin1')
    refused(t, await send(method, to, latin), 'MALFORMED_REQUEST', [], `${to} in Latin-1`)
    refused(t, await send(method, to, Buffer.from(body, 'utf16le')), 'MALFORMED_REQUEST')
    // Half of a surrogate pair encoded by itself (as in CESU-8), and overlong, out-of-range and truncated sequences.
    for (const bytes of [
      [0xed, 0xa0, 0x80],
      [0xc0, 0xaf],
      [0xf5, 0x80, 0x80, 0x80],
      [0xe2, 0x82]
    ])
      refused(t, await send(method, to, Buffer.from([0x22, ...bytes, 0x22])), 'MALFORMED_REQUEST')
    for (const charset of ['iso-8859-1', '"latin1"', 'utf-16', 'utf-8; charset=latin1', ''])
      refused(
        t,
        await send(method, to, body, `application/json; charset=${charset}`),
        'UNSUPPORTED_MEDIA_TYPE'
      )
  }
  const ok = account('correct horse battery')
  for (const [index, type] of ['utf-8', 'UTF-8', '"utf-8"', '"Utf\\-8"', 'utf8'].entries()) {
    const body = ok.replace('@', `+${index}@`)
    t.equal(
      (await send('POST', '/api/auth/register', body, `application/json; charset=${type}`)).status,
      201,
      type
    )
  }
  t.equal((await send('PUT', path, '\ufeff{"filename":"a"}')).status, 200, 'a byte order mark is ignored')
})

void t.test('half of a surrogate pair is refused, in values and names', async (t) => {
  const lone = ['\\ud800', 'a\\uDFFFb', '\\udc00\\ud800', '\\ud83d \\ude00']
  for (const text of lone) {
    refused(t, await send('PUT', path, `{"filename":"${text}"}`), 'VALIDATION_ERROR', ['/filename'], text)
    refused(
      t,
      await send('POST', '/api/auth/register', account(text)),
      'VALIDATION_ERROR',
      ['/password'],
      text
    )
    refused(t, await send('PUT', path, `{"${text}":1}`), 'VALIDATION_ERROR')
    refused(t, await send('PUT', path, `"${text}"`), 'VALIDATION_ERROR', ['/'])
    const deep = `{"topic":"demo.a","message":{"a/b":[0,"${text}"]}}`
    refused(t, await send('POST', '/api/demo/kafka/produce', deep), 'VALIDATION_ERROR', ['/message/a~1b/1'])
  }
  for (const text of ['\\ud83d\\ude00', '\\\\ud800', '\u{1f600}'])
    t.equal((await send('PUT', path, `{"filename":"${text}"}`)).status, 200, text)
})

void t.test('deep nesting causes no overflow', async (t) => {
  const nest = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)
  for (const levels of [150, 5_000, 30_000]) {
    for (const [method, to] of ROUTES) {
      const answer = await send(method, to, `{"email":${nest(levels)}}`)
      refused(t, answer, 'VALIDATION_ERROR', ['/email'], `${to} ${levels}`)
    }
    const message = `{"topic":"demo.deep","message":${nest(levels)}}`
    refused(t, await send('POST', '/api/demo/kafka/produce', message), 'VALIDATION_ERROR', ['/message'])
  }
  // A body over the size limit is not parsed.
  refused(t, await send('POST', '/api/auth/login', `{"email":${nest(400_000)}}`), 'BODY_TOO_LARGE')
})

void t.test('a request without a body may have any content type', async (t) => {
  const TYPES = ['application/json', 'application/x-www-form-urlencoded', 'text/plain', 'json', '']
  const empty: [what: string, headers: string[], body: string][] = [
    ['no length', [], ''],
    ['length 0', ['content-length: 0'], ''],
    ['no chunk', ['transfer-encoding: chunked'], '0\r\n\r\n']
  ]
  const delivered = `PUT /api/users/me`
  for (const [what, headers, body] of empty) {
    for (const type of [undefined, ...TYPES]) {
      const all = [...headers, ...(type === undefined ? [] : [`content-type: ${type}`]), 'connection: close']
      const token = `authorization: Bearer ${ada.token}`
      const gone = await openConnection(url, head(`DELETE ${path}0`, token, ...all) + body)
      t.same(outcomes(await gone.ends()), ['422 VALIDATION_ERROR'], `DELETE ${what} ${type}`)
      const needed = await openConnection(url, head(delivered, token, ...all) + body)
      t.same(outcomes(await needed.ends()), ['422 VALIDATION_ERROR'], `PUT ${what} ${type}`)
    }
  }
  const some = { headers: { 'content-type': 'text/plain' }, body: 'x' }
  refused(t, await ada.request('DELETE', '/api/users/me/sessions', some), 'UNSUPPORTED_MEDIA_TYPE')
})
