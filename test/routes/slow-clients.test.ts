import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { createTenant, signUp, startApi, uploaded } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { unlessStalled } from '../helpers/unless-stalled.js'
import { until } from '../helpers/until.js'

const { configWith, tenantSql } = await createInstallation(t)
const { url } = await startApi(
  t,
  configWith({
    REQUEST_TIMEOUT: '1',
    UPLOAD_IDLE_TIMEOUT: '2',
    KEEP_ALIVE_TIMEOUT: '1',
    UPLOAD_CONCURRENCY: '2'
  })
)
// For requests that do not test the short timeouts, which a busy machine may exceed.
const { url: patient } = await startApi(t, configWith({}))
const ada = await signUp(patient)
const tenant = await createTenant(ada)
const documents = `/api/tenants/${tenant.id}/documents`
const BYTES = 'content-type: application/octet-stream'
const JSON_BODY = 'content-type: application/json'

async function open(to = url): Promise<Socket> {
  const { hostname, port } = new URL(to)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return socket
}

const head = (line: string, ...headers: string[]) =>
  [`${line} HTTP/1.1`, 'host: localhost', `authorization: Bearer ${ada.token}`, ...headers, '', ''].join(
    '\r\n'
  )

/** Sends a beginning, then a piece every 100 ms until the server ends the connection. @returns what the server sent */
async function drip(beginning: string, piece: string, to = url): Promise<string> {
  const socket = await open(to)
  socket.write(beginning)
  const timer = setInterval(() => socket.write(piece), 100)
  let said = ''
  socket.setEncoding('utf8').on('data', (part: string) => (said += part))
  // A connection that is cut off while pieces are in flight ends with a reset after the answer.
  await new Promise((resolve) => socket.once('close', resolve))
  clearInterval(timer)
  return said
}

const timedOut = /^HTTP\/1\.1 408 Request Timeout\r\n[^]*"code":"REQUEST_TIMEOUT"/

// All at once, since each takes long.
const endings = {
  headers: drip('GET /health/live HTTP/1.1\r\nhost: localhost\r\n', 'x-a: b\r\n'),
  json: drip(head('PUT /api/users/me', JSON_BODY, 'content-length: 60000'), ' '),
  unknownRoute: drip(head('POST /nowhere', JSON_BODY, 'content-length: 100000'), ' ', patient),
  refused: drip('POST /api/tenants HTTP/1.1\r\nhost: a\r\ncontent-length: 100000\r\n\r\n', ' ', patient),
  unasked: drip(head('GET /health/live', 'content-length: 100000'), ' ', patient)
}

t.test('headers that do not end time out', async (t) => {
  t.match(await endings.headers, timedOut)
})

t.test('a JSON body that does not end times out', async (t) => {
  t.match(await endings.json, timedOut)
})

t.test('a connection with an endless body that is not read ends after the answer', async (t) => {
  t.match(await endings.refused, /^HTTP\/1\.1 401 /)
  t.match(await endings.unknownRoute, /^HTTP\/1\.1 404 /)
  t.match(await endings.unasked, /^HTTP\/1\.1 200 /)
})

t.test(
  'a stalled upload is cut off and leaves nothing, and one that progresses is not cut off',
  async (t) => {
    const form = [
      '--x',
      'content-disposition: form-data; name="file"; filename="a.bin"',
      '',
      'and then nothing'
    ].join('\r\n')
    const multipart = 'content-type: multipart/form-data; boundary=x'
    const stalled = await Promise.all([
      drip(
        head(`POST ${documents}?filename=a`, BYTES, 'content-length: 7000000') + 'x'.repeat(6_000_000),
        ''
      ),
      drip(head(`POST ${documents}?filename=a`, BYTES, 'content-length: 100000'), 'x'),
      drip(head(`POST ${documents}`, multipart, 'content-length: 100000') + form, ''),
      drip(head(`POST ${documents}`, multipart, 'content-length: 100000') + `${form}\r\n--x\r\n`, '')
    ])
    for (const answer of stalled) t.match(answer, timedOut)
    const sql = tenantSql(tenant.database_name)
    await until(async () => {
      const [left] = await sql<
        { n: number }[]
      >`select count(*)::int as n from pending_objects where state = 'upload'`
      return left?.n === 0
    })
    t.same(await sql`select 1 from documents`, [])

    const answer = await unlessStalled(2, async (seconds) => {
      const slow = await startApi(t, configWith({ UPLOAD_IDLE_TIMEOUT: String(seconds) }))
      const socket = await open(slow.url)
      const answered = once(socket, 'data') as Promise<[Buffer]>
      const pieces = 25 * seconds
      socket.write(head(`POST ${documents}?filename=slow`, BYTES, `content-length: ${pieces * 1024}`))
      for (let i = 0; i < pieces; i++) {
        await delay(100)
        socket.write(randomBytes(1024))
      }
      const [answer] = await answered
      socket.destroy()
      return answer.toString()
    })
    t.match(answer, /^HTTP\/1\.1 201 /)
  }
)

t.test('an idle connection is closed', async (t) => {
  const socket = await open()
  socket.write(head('GET /health/live'))
  t.match(await text(socket), /^HTTP\/1\.1 200 OK\r\n[^]*\{"status":"live"\}$/)
})

t.test('the connection of an unread download is closed', async (t) => {
  const { app, url } = await startApi(t, configWith({ CONNECTION_IDLE_TIMEOUT: '2' }))
  const large = await uploaded(ada, tenant.id, Buffer.alloc(30_000_000))
  const closed = new Promise((resolve) =>
    app.server.once('connection', (socket: Socket) => socket.once('close', resolve))
  )
  const reader = await open(url)
  reader.pause()
  reader.write(head(`GET ${documents}/${large.id}/content`))
  await closed
  reader.destroy()
})
