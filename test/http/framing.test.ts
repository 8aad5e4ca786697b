import t from 'tap'
import { captureLog, createTenant, PASSWORD, signUp, startApi, uploaded } from '../helpers/api.js'
import { head, openConnection, outcomes } from '../helpers/connection.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'

const { config, configWith } = await createInstallation(t)
const log = captureLog()
const { url } = await startApi(t, config, log.logger)
const ada = await signUp(url)
const tenant = await createTenant(ada)
const documents = `/api/tenants/${tenant.id}/documents`
const TOKEN = `authorization: Bearer ${ada.token}`
const JSON_TYPE = 'content-type: application/json'
const login = JSON.stringify({ email: ada.email, password: PASSWORD })
const LOGIN = head('POST /api/auth/login', JSON_TYPE, `content-length: ${login.length}`) + login
const post = (...headers: string[]) => head('POST /api/auth/login', JSON_TYPE, ...headers)
const CHUNKS = '2\r\n{}\r\n0\r\n\r\n'

/** Invalid HTTP by what is wrong with it, and how it is answered. */
const WRONG: Record<string, [request: string, outcome: string]> = {
  'no Host': ['GET / HTTP/1.1\r\n\r\n', '400 MALFORMED_REQUEST'],
  'two Hosts': ['GET / HTTP/1.1\r\nhost: a\r\nHost: a\r\n\r\n', '400 MALFORMED_REQUEST'],
  'no name': ['GET / HTTP/1.1\r\nhost: a/b\r\n\r\n', '400 MALFORMED_REQUEST'],
  'HTTP/2.0': ['GET / HTTP/2.0\r\nhost: a\r\n\r\n', '505 HTTP_VERSION_UNSUPPORTED'],
  'HTTP/3.0': ['GET / HTTP/3.0\r\nhost: a\r\n\r\n', '505 HTTP_VERSION_UNSUPPORTED'],
  'the preface of HTTP/2': ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', '505 HTTP_VERSION_UNSUPPORTED'],
  'an unknown method': [head('FOO /'), '501 NOT_IMPLEMENTED'],
  CONNECT: [head('CONNECT a:1'), '501 NOT_IMPLEMENTED'],
  'no HTTP': ['nonsense\r\n\r\n', '400 MALFORMED_REQUEST'],
  'an unknown coding': [`${post('transfer-encoding: gzip')}xx`, '501 NOT_IMPLEMENTED'],
  'an unknown coding, in chunks': [post('transfer-encoding: gzip, chunked') + CHUNKS, '501 NOT_IMPLEMENTED'],
  'chunks inside': [post('transfer-encoding: chunked, gzip') + CHUNKS, '400 MALFORMED_REQUEST'],
  'chunks twice': [post('transfer-encoding: chunked, chunked') + CHUNKS, '400 MALFORMED_REQUEST'],
  'coding, then length': [
    post('transfer-encoding: chunked', 'content-length: 2') + CHUNKS,
    '400 MALFORMED_REQUEST'
  ],
  'length, then coding': [
    post('content-length: 2', 'transfer-encoding: chunked') + CHUNKS,
    '400 MALFORMED_REQUEST'
  ],
  'chunks in HTTP/1.0': [
    post('transfer-encoding: chunked').replace('HTTP/1.1', 'HTTP/1.0') + CHUNKS,
    '400 MALFORMED_REQUEST'
  ],
  'two lengths': [`${post('content-length: 2', 'content-length: 3')}{}`, '400 MALFORMED_REQUEST'],
  'an invalid chunk': [`${post('transfer-encoding: chunked')}zz\r\n`, '400 MALFORMED_REQUEST'],
  'large extensions': [
    `${post('transfer-encoding: chunked')}2;${'e'.repeat(20_000)}\r\n{}\r\n0\r\n\r\n`,
    '413 BODY_TOO_LARGE'
  ],
  'a large field': [head('GET /', `cookie: ${'c'.repeat(20_000)}`), '431 HEADERS_TOO_LARGE'],
  'a long URL': [head(`GET /?${'q'.repeat(20_000)}`), '414 URI_TOO_LONG'],
  'another expectation': [head('GET /', 'expect: 200-ok'), '417 EXPECTATION_FAILED'],
  'half a head': ['GET / HTTP/1.1\r\nhost: a\r\n', '400 CLIENT_GONE'],
  'half a body': [`${post('content-length: 30')}abc`, '400 CLIENT_GONE'],
  'half an upload': [
    `${head(`POST ${documents}?filename=a`, TOKEN, 'content-length: 30')}abc`,
    '400 CLIENT_GONE'
  ]
}

void t.test('invalid HTTP is answered with the right code, in the envelope', async (t) => {
  for (const [what, [request, outcome]] of Object.entries(WRONG)) {
    const { socket, ends } = await openConnection(url, request)
    socket.end()
    const said = await ends()
    t.same(outcomes(said), [outcome], what)
    const [, id] = /^x-request-id: (.+)\r$/im.exec(said) ?? []
    t.ok(id !== undefined && said.includes(`"request_id":"${id}"`), `${what}: x-request-id`)
    t.match(said, /^connection: close\r$/im, what)
  }
})

void t.test('an error is sent after the answers to earlier requests', async (t) => {
  const me = head('GET /api/users/me', TOKEN)
  for (const [what, request, expected] of [
    ['a slow one', LOGIN, ['200']],
    ['several', me + LOGIN + me, ['200', '200', '200']],
    ['a refused one', `${post('content-length: 2')}{}`, ['422 VALIDATION_ERROR']]
  ] as const) {
    const { ends } = await openConnection(url, `${request}garbage\r\n\r\n`)
    t.same(outcomes(await ends()), [...expected, '400 MALFORMED_REQUEST'], what)
  }
})

void t.test('no answer is written into the middle of an earlier one', async (t) => {
  const log = captureLog('info')
  const { url } = await startApi(t, configWith({ REQUEST_TIMEOUT: '1' }), log.logger)
  const { id } = await uploaded(ada, tenant.id, Buffer.alloc(20_000_000, 'a'))
  const download = head(`GET ${documents}/${id}/content`, TOKEN)
  for (const [code, request] of [
    ['NOT_IMPLEMENTED', head('CONNECT a:1')],
    ['REQUEST_TIMEOUT', `${post('content-length: 9')}{`]
  ] as const) {
    const { socket, hears, ends } = await openConnection(url, download)
    await hears(/\r\n\r\na/)
    socket.pause().write(request)
    await until(async () => log.lines.some((line) => line['code'] === code))
    socket.resume()
    t.match(await ends(), /^HTTP\/1\.1 200 OK\r\n[^]*?\r\n\r\na+$/, code)
  }
})

void t.test('a client that half-closes after its request gets the answer', async (t) => {
  const upload = (...headers: string[]) => head(`POST ${documents}?filename=a`, TOKEN, ...headers)
  for (const [what, parts, expected] of [
    ['GET', [head('GET /api/users/me', TOKEN)], ['200']],
    ['several', [head('GET /api/users/me', TOKEN).repeat(3)], ['200', '200', '200']],
    ['a slow answer', [LOGIN], ['200']],
    ['an upload', [upload('content-length: 3'), 'abc'], ['201']],
    ['in chunks', [upload('transfer-encoding: chunked'), '3\r\nabc\r\n0\r\n\r\n'], ['201']],
    ['a large one', [upload('content-length: 8000000'), Buffer.alloc(8_000_000, 'a')], ['201']]
  ] as const) {
    const { socket, ends } = await openConnection(url, ...parts)
    socket.end()
    t.same(outcomes(await ends()), expected, what)
  }
})

void t.test('a connection is usable after a refusal', async (t) => {
  const last = head('GET /', 'connection: close')
  for (const [what, request, expected] of [
    ['read', `${post('content-length: 2')}{}`, '422 VALIDATION_ERROR'],
    ['unread', `${head('POST /nowhere', JSON_TYPE, 'content-length: 2')}{}`, '404 ROUTE_NOT_FOUND'],
    [
      'larger',
      head(`POST ${documents}`, 'content-length: 900000') + 'x'.repeat(900_000),
      '401 NOT_AUTHENTICATED'
    ]
  ] as const) {
    const { ends } = await openConnection(url, request + last)
    t.same(outcomes(await ends()), [expected, '200'], what)
  }
})

void t.test('clients that disconnect cause no server errors', async (t) => {
  const before = log.alarms().length
  const form = head(
    `POST ${documents}`,
    TOKEN,
    'content-type: multipart/form-data; boundary=x',
    'content-length: 999'
  )
  const requests = [
    head('GET /api/users/me', TOKEN).repeat(3),
    LOGIN,
    LOGIN.slice(0, -5),
    `${form}--x\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\nab`
  ]
  for (let round = 0; round < 10; round++) {
    for (const request of requests) {
      const { socket, ends } = await openConnection(url)
      socket.write(request, () => socket.resetAndDestroy())
      await ends()
    }
  }
  t.equal((await ada.get('/api/users/me')).status, 200)
  t.same(log.alarms().slice(before), [])
  const metrics = await (await fetch(`${url}/metrics`)).text()
  t.notMatch(metrics, /status="500"|outcome="INTERNAL_ERROR"/)
})
