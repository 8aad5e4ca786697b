import { once } from 'node:events'
import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { captureLog, refused, startApi } from '../helpers/api.js'
import { until } from '../helpers/until.js'
import { md5, multipart, MULTIPART, startUploads, type Part } from './uploads.js'

const MIB = 1024 * 1024
const LIMIT = 7 * MIB

const log = captureLog('info')
const uploads = await startUploads(t, { MAX_UPLOAD_BYTES: String(LIMIT) }, log.logger)
const { admin, url, path, db, objects, leavesNothing, post } = uploads

const file = (body: Buffer, name = 'a'): Part => ({ name: 'file', filename: name, body })
const RAW = { 'content-type': 'application/pdf' }

/** Yields a body in pieces, so that its length is not declared. */
async function* pieces(body: Buffer, size = 64 * 1024): AsyncGenerator<Buffer> {
  for (let offset = 0; offset < body.length; offset += size) yield body.subarray(offset, offset + size)
}

void t.test('a file of exactly the maximum size is accepted', async (t) => {
  const body = Buffer.alloc(LIMIT, 'limit')
  for (const [what, answer] of [
    ['multipart', await post(multipart([file(body)]), MULTIPART)],
    ['raw', await post(body, RAW, '?filename=a')],
    ['chunked', await post(pieces(body), RAW, '?filename=a')]
  ] as const) {
    t.equal(answer.status, 201, what)
    t.match(answer.body.data.file, { file_size: LIMIT, md5_hash: md5(body) }, what)
  }
  t.equal((await objects()).length, 1)
  t.same(await db`select * from pending_objects where state <> 'delete'`, [])
})

void t.test('a file that is too large is refused, and the answer arrives', async (t) => {
  const over = Buffer.alloc(LIMIT + 1, 'x')
  const far = Buffer.alloc(2 * LIMIT, 'y')
  for (const [what, body] of [
    ['one byte', over],
    ['far', far]
  ] as const) {
    const form = multipart([file(body)])
    const sendings = {
      'multipart with length': () => post(form, MULTIPART),
      'multipart in chunks': () => post(pieces(form), MULTIPART),
      'raw with length': () => post(body, RAW, '?filename=a'),
      'raw in chunks': () => post(pieces(body), RAW, '?filename=a')
    }
    for (const [how, send] of Object.entries(sendings)) {
      const name = `${what}, ${how}`
      await leavesNothing(t, name, async () => refused(t, await send(), 'FILE_TOO_LARGE', [], name))
    }
  }
})

void t.test('a client that disconnects leaves nothing', async (t) => {
  /** The codes of the refusals since this test began. */
  const refusals = () =>
    log.lines.slice(before).flatMap(({ code }) => (typeof code === 'string' ? [code] : []))
  const before = log.lines.length
  const small = Buffer.alloc(1 * MIB, 'small')
  const large = Buffer.alloc(LIMIT, 'large')
  for (const [what, body, headers, query] of [
    ['small multipart', multipart([file(small)]), MULTIPART, ''],
    ['small raw', small, RAW, '?filename=a'],
    ['large multipart', multipart([file(large)]), MULTIPART, ''],
    ['large raw', large, RAW, '?filename=a']
  ] as const) {
    const isLarge = body.length > 5 * MIB
    await leavesNothing(t, what, () => dieMidway(path + query, headers, body, isLarge))
  }
  await until(async () => refusals().length === 4)
  t.same(
    new Set(refusals()),
    new Set(['UPLOAD_ABORTED']),
    'no error such as an unavailable database is logged'
  )
  const reserved = await db`select from pending_objects where state = 'delete'`
  t.ok(reserved.length >= 2, 'the keys stay reserved for a while')
})

void t.test('a client that stalls is cut off after the timeout', async (t) => {
  const { url } = await startApi(t, uploads.installation.configWith({ UPLOAD_TIMEOUT: '5' }), log.logger)
  const large = Buffer.alloc(6 * MIB, 'stalls')
  for (const [what, body, headers, query] of [
    ['raw', large, RAW, '?filename=a'],
    ['multipart', multipart([file(large)]), MULTIPART, '']
  ] as const) {
    await leavesNothing(t, what, async () => {
      const request = send(url + path + query, headers, body.length)
      request.write(body.subarray(0, body.length - 1000))
      let cut = false
      request.once('close', () => (cut = true))
      // On a busy machine it may be cut off before this sees it.
      await until(async () => cut || (await uploading()).length > 0)
      await until(async () => (await uploading()).length === 0 && (await objects()).length === 1)
      request.destroy()
    })
  }
})

void t.test('a client that reads only after sending everything gets the answer', async (t) => {
  const far = Buffer.alloc(2 * LIMIT, 'z')
  const form = multipart([file(far)])
  for (const [what, body, type, query] of [
    ['raw', far, RAW, '?filename=a'],
    ['multipart', form, MULTIPART, '']
  ] as const) {
    const head =
      `POST ${path}${query} HTTP/1.1\r\nhost: test\r\nauthorization: Bearer ${admin.token}\r\n` +
      `content-type: ${type['content-type']}\r\ncontent-length: ${body.length}\r\n\r\n`
    const { hostname, port } = new URL(url)
    const socket = connect(Number(port), hostname)
    socket.pause()
    await new Promise((resolve) => socket.write(Buffer.concat([Buffer.from(head), body]), resolve))
    // A second request on the same connection.
    socket.write('GET /health/live HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n')
    const statuses = [...(await text(socket)).matchAll(/HTTP\/1\.1 (\d+)/g)].map((match) => match[1])
    t.same(statuses, ['413', '200'], what)
  }
})

/**
 * Sends most of a body, waits until the server has received it (if large, until it is being written), cuts the
 * connection, and waits until the server has cleaned up.
 */
async function dieMidway(path: string, headers: object, body: Buffer, isLarge: boolean): Promise<void> {
  const arrived = once(uploads.app.server, 'request') as Promise<[IncomingMessage]>
  const request = send(url + path, headers, body.length)
  request.write(body.subarray(0, body.length - 1000))
  const [incoming] = await arrived
  if (isLarge) await until(async () => (await uploading()).length > 0)
  const closed = new Promise((resolve) => incoming.once('close', resolve))
  request.destroy()
  await closed
  if (isLarge) await until(async () => (await uploading()).length === 0 && (await objects()).length === 1)
}

/** Starts an upload of `length` bytes; the caller writes them, or fewer. */
function send(target: string, headers: object, length: number): ClientRequest {
  const all = { ...headers, authorization: `Bearer ${admin.token}`, 'content-length': length }
  return httpRequest(target, { method: 'POST', headers: all }).on('error', () => undefined)
}

function uploading() {
  return db`select s3_path from pending_objects where state = 'upload'`
}
