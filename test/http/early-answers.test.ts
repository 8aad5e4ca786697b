import { randomUUID } from 'node:crypto'
import t from 'tap'
import { createTenant, PASSWORD, signUp, startApi } from '../helpers/api.js'
import { head, openConnection, outcomes } from '../helpers/connection.js'
import { createInstallation } from '../helpers/installation.js'
import { metadata, Tus } from '../resumable/tus.js'

const { configWith } = await createInstallation(t)
const { url } = await startApi(t, configWith({ UPLOAD_CONCURRENCY: '1' }))
const ada = await signUp(url)
const bob = await signUp(url, 'bob')
const tenant = await createTenant(ada)
const documents = `/api/tenants/${tenant.id}/documents`
const TOKEN = `authorization: Bearer ${ada.token}`
const JSON_TYPE = 'content-type: application/json'
const FORM = 'content-type: multipart/form-data; boundary=x'
const login = JSON.stringify({ email: ada.email, password: PASSWORD })
const upload = `POST ${documents}?filename=a`
const tus = new Tus(ada, tenant.id)
const resumable = await tus.created(5)
const creation = `POST ${tus.path}`
const patch = `PATCH ${resumable}`
const BYTES = [TOKEN, 'tus-resumable: 1.0.0', 'content-type: application/offset+octet-stream']
const NAMED = [...BYTES, `upload-metadata: ${metadata({ filename: 'a' })}`]

const REFUSED: Record<string, [line: string, headers: string[], outcome: string]> = {
  'no token': [upload, ['content-length: 9'], '401 NOT_AUTHENTICATED'],
  'a wrong token': [upload, ['authorization: Bearer x', 'content-length: 9'], '401 INVALID_TOKEN'],
  "somebody else's tenant": [
    upload,
    [`authorization: Bearer ${bob.token}`, 'content-length: 9'],
    '404 TENANT_NOT_FOUND'
  ],
  'a file too large': [upload, [TOKEN, 'content-length: 10000000000'], '413 FILE_TOO_LARGE'],
  'a form too large': [
    `POST ${documents}`,
    [TOKEN, FORM, 'content-length: 10000000000'],
    '413 FILE_TOO_LARGE'
  ],
  'JSON too large': [
    'POST /api/auth/login',
    [JSON_TYPE, 'content-length: 10000000000'],
    '413 BODY_TOO_LARGE'
  ],
  'no JSON': [
    'POST /api/auth/login',
    ['content-type: text/xml', 'content-length: 9'],
    '415 UNSUPPORTED_MEDIA_TYPE'
  ],
  'no name': [`POST ${documents}`, [TOKEN, 'content-length: 9'], '422 VALIDATION_ERROR'],
  'a wrong header': [upload, [TOKEN, 'content-md5: x', 'content-length: 9'], '422 VALIDATION_ERROR'],
  'a resumable upload that is too large': [
    creation,
    [...NAMED, 'upload-length: 10000000000', 'content-length: 9'],
    '413 FILE_TOO_LARGE'
  ],
  'a resumable upload without a name': [
    creation,
    [...BYTES, 'upload-length: 9', 'content-length: 9'],
    '422 VALIDATION_ERROR'
  ],
  'more bytes than a resumable upload has': [
    creation,
    [...NAMED, 'upload-length: 8', 'content-length: 9'],
    '413 FILE_TOO_LARGE'
  ],
  'bytes of nobody': [
    patch,
    [...BYTES.slice(1), 'upload-offset: 0', 'content-length: 5'],
    '401 NOT_AUTHENTICATED'
  ],
  'bytes of an unknown upload': [
    `PATCH ${tus.path}/${randomUUID()}`,
    [...BYTES, 'upload-offset: 0', 'content-length: 5'],
    '404 UPLOAD_NOT_FOUND'
  ],
  'bytes for another offset': [
    patch,
    [...BYTES, 'upload-offset: 1', 'content-length: 4'],
    '409 OFFSET_MISMATCH'
  ],
  'bytes without an offset': [patch, [...BYTES, 'content-length: 5'], '400 MALFORMED_REQUEST'],
  'more bytes than are left': [
    patch,
    [...BYTES, 'upload-offset: 0', 'content-length: 10000000000'],
    '413 FILE_TOO_LARGE'
  ],
  'bytes of another type': [
    patch,
    [TOKEN, 'tus-resumable: 1.0.0', 'upload-offset: 0', 'content-length: 5'],
    '415 UNSUPPORTED_MEDIA_TYPE'
  ],
  'an unknown version of tus': [
    patch,
    [TOKEN, 'tus-resumable: 0.2.2', 'content-length: 5'],
    '412 TUS_VERSION_UNSUPPORTED'
  ],
  'a wrong path': ['POST /nowhere', [JSON_TYPE, 'content-length: 9'], '404 ROUTE_NOT_FOUND'],
  'a wrong method': ['PATCH /api/users/me', [JSON_TYPE, 'content-length: 9'], '405 METHOD_NOT_ALLOWED']
}

void t.test('refusals by headers are sent before any byte of the body', async (t) => {
  for (const [what, [line, headers, outcome]] of Object.entries(REFUSED)) {
    for (const expectation of [[], ['expect: 100-continue']]) {
      const { socket, hears } = await openConnection(url, head(line, ...headers, ...expectation))
      t.same(outcomes(await hears(/\}\}$/)), [outcome], `${what} ${expectation.join('')}`)
      socket.destroy()
    }
  }
  // Without "expect: 100-continue", a JSON body is read before parameters are validated.
  const wrong = head(`PUT ${documents}/x`, TOKEN, JSON_TYPE, 'content-length: 9', 'expect: 100-continue')
  const { socket, hears } = await openConnection(url, wrong)
  t.same(outcomes(await hears(/request_id/)), ['422 VALIDATION_ERROR'])
  socket.destroy()
})

void t.test('"100 Continue" is sent once the body is wanted', async (t) => {
  const form = '--x\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\nabc\r\n--x--\r\n'
  for (const [what, line, headers, body, status] of [
    ['JSON', 'POST /api/auth/login', [JSON_TYPE], login, '200'],
    ['raw', upload, [TOKEN], 'abc', '201'],
    ['a form', `POST ${documents}`, [TOKEN, FORM], form, '201'],
    ['the first bytes of a resumable upload', creation, [...NAMED, 'upload-length: 9'], 'abc', '201'],
    ['its bytes', patch, [...BYTES, 'upload-offset: 0'], 'abcde', '204']
  ] as const) {
    const length = `content-length: ${body.length}`
    const { socket, hears, ends } = await openConnection(
      url,
      head(line, ...headers, length, 'Expect: 100-Continue', 'connection: close')
    )
    await hears(/^HTTP\/1\.1 100 Continue\r\n\r\n$/)
    socket.write(body)
    t.same(outcomes(await ends()), ['100', status], what)
  }
  const old = head(
    'POST /api/auth/login',
    JSON_TYPE,
    `content-length: ${login.length}`,
    'expect: 100-continue'
  )
  const { ends } = await openConnection(url, old.replace('HTTP/1.1', 'HTTP/1.0') + login)
  t.same(outcomes(await ends()), ['200'], 'HTTP/1.0 has no such answer')
})

void t.test('waiting uploads get no "100 Continue", and half-closed clients are served', async (t) => {
  const waiting = async (count: number) => {
    for (;;) {
      const metrics = await (await fetch(`${url}/metrics`)).text()
      if (metrics.includes(`strongroom_uploads_in_flight{state="waiting"} ${count}\n`)) return
    }
  }
  const first = await openConnection(
    url,
    head(upload, TOKEN, 'content-length: 6000000', 'expect: 100-continue')
  )
  await first.hears(/100 Continue/)
  const patient = await openConnection(url, head(upload, TOKEN, 'content-length: 3', 'expect: 100-continue'))
  const half = await openConnection(url, `${head(upload, TOKEN, 'content-length: 3')}abc`)
  half.socket.end()
  const incomplete = await openConnection(url, `${head(upload, TOKEN, 'content-length: 3000')}abc`)
  const reset = await openConnection(url, `${head(upload, TOKEN, 'content-length: 3')}abc`)
  await waiting(4)
  t.equal(patient.said(), '')
  incomplete.socket.end()
  reset.socket.resetAndDestroy()
  t.same(outcomes(await incomplete.ends()), ['400 CLIENT_GONE'], 'its body can no longer become complete')
  await waiting(2)
  first.socket.write(Buffer.alloc(6_000_000, randomUUID()))
  await first.hears(/HTTP\/1\.1 201 /)
  await patient.hears(/100 Continue/)
  patient.socket.write('abc')
  await patient.hears(/HTTP\/1\.1 201 /)
  t.same(outcomes(await half.ends()), ['201'])
  for (const { socket } of [first, patient]) socket.destroy()
})
