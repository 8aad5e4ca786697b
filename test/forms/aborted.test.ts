import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import t from 'tap'
import { captureLog } from '../helpers/api.js'
import { until } from '../helpers/until.js'
import { multipart, MULTIPART, startUploads } from '../routes/uploads.js'

const log = captureLog('info')
const { admin, url, path, post, leavesNothing } = await startUploads(
  t,
  { UPLOAD_CONCURRENCY: '1' },
  log.logger
)

async function metrics(name: string, label: string): Promise<Record<string, number>> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const lines = text.matchAll(new RegExp(`^${name}\\{.*${label}="(\\w+)".*\\} (\\d+)$`, 'gm'))
  return Object.fromEntries([...lines].map(([, value = '', count]) => [value, Number(count)] as const))
}
const outcomes = () => metrics('strongroom_uploads_total', 'outcome')
const inFlight = () => metrics('strongroom_uploads_in_flight', 'state')

async function begin(target: string, headers: string[], body: string): Promise<Socket> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname).on('error', () => undefined)
  await once(socket, 'connect')
  socket.write(
    [`POST ${target} HTTP/1.1`, 'host: a', `authorization: Bearer ${admin.token}`, ...headers, '', body].join(
      '\r\n'
    )
  )
  return socket
}

const RAW = `${path}?filename=a`
const FORM = `content-type: ${MULTIPART['content-type']}`
const form = multipart([{ name: 'file', filename: 'a', body: 'content' }]).toString()
const LENGTH = 'content-length: 1000000'
const CHUNKED = 'transfer-encoding: chunked'
const inChunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`

void t.test('an upload whose client disconnects is aborted, not malformed', async (t) => {
  const cases: [what: string, target: string, headers: string[], body: string][] = [
    ['raw, before its first byte', RAW, [LENGTH], ''],
    ['raw', RAW, [LENGTH], 'x'],
    ['raw, in chunks', RAW, [CHUNKED], inChunk('x')],
    ['raw, within a chunk', RAW, [CHUNKED], '100\r\nx'],
    ['a form, in its preamble', path, [FORM, LENGTH], 'x'],
    ['a form, in a header', path, [FORM, LENGTH], form.slice(0, 40)],
    ['a form, in its file', path, [FORM, LENGTH], form.slice(0, form.indexOf('tent'))],
    ['a form, in chunks', path, [FORM, CHUNKED], inChunk(form.slice(0, form.indexOf('tent')))],
    ['a form, after its end', path, [FORM, LENGTH], form]
  ]
  for (const [what, target, headers, body] of cases) {
    for (const end of ['destroy', 'resetAndDestroy'] as const) {
      const before = (await outcomes())['UPLOAD_ABORTED'] ?? 0
      const lines = log.lines.length
      await leavesNothing(t, what, async () => {
        const socket = await begin(target, headers, body)
        await until(async () => (await inFlight())['running'] === 1)
        socket[end]()
        await until(async () => (await inFlight())['running'] === 0)
      })
      t.equal((await outcomes())['UPLOAD_ABORTED'], before + 1, `${what}: counted`)
      const refusals = log.lines
        .slice(lines)
        .flatMap(({ code, level }) => (code === undefined ? [] : [{ code, level }]))
      t.same(refusals, [{ code: 'UPLOAD_ABORTED', level: 30 }], `${what}: logged`)
    }
  }
})

void t.test('an upload whose client disconnects while it waits in line is aborted too', async (t) => {
  const first = await begin(RAW, [CHUNKED], inChunk('x'))
  await until(async () => (await inFlight())['running'] === 1)
  const others = [
    await begin(RAW, [CHUNKED], inChunk('x')),
    await begin(path, [FORM, LENGTH], form),
    await begin(path, [FORM, `content-length: ${form.length}`], form)
  ]
  await until(async () => (await inFlight())['waiting'] === 3)
  const before = Number((await outcomes())['UPLOAD_ABORTED'])
  for (const socket of others) socket.resetAndDestroy()
  await until(async () => (await inFlight())['waiting'] === 0)
  t.equal((await outcomes())['UPLOAD_ABORTED'], before + 3)
  first.end(`${inChunk('y')}0\r\n\r\n`)
  await until(async () => (await inFlight())['running'] === 0)
  t.equal((await outcomes())['created'], 1)
})

void t.test('refusals are counted by error code', async (t) => {
  const many = multipart(Array.from({ length: 21 }, (_, n) => ({ name: `f${n}`, body: 'x' })))
  const refusals: [code: string, body: Buffer, headers: Record<string, string>][] = [
    ['VALIDATION_ERROR', many, {}],
    ['VALIDATION_ERROR', multipart([{ name: '__proto__', body: 'x' }]), {}],
    ['VALIDATION_ERROR', multipart([{ name: 'filename', type: 'application/json', body: '{' }]), {}],
    ['MALFORMED_REQUEST', multipart([{ body: 'x' }]), {}],
    ['MALFORMED_REQUEST', multipart([{ name: 'file', body: 'x' }], ''), {}],
    ['CHECKSUM_MISMATCH', Buffer.from(form), { 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' }]
  ]
  for (const [code, body, headers] of refusals) {
    const before = (await outcomes())[code] ?? 0
    const answer = await leavesNothing(t, code, () => post(body, { ...MULTIPART, ...headers }))
    t.equal(answer.body.error.code, code)
    t.equal((await outcomes())[code], before + 1, code)
  }
  t.equal((await outcomes())['INTERNAL_ERROR'], undefined)
})
