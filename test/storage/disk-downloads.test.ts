import { request } from 'node:http'
import { once } from 'node:events'
import { mkdtemp, readdir, readlink, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Fastify from 'fastify'
import t, { type Test } from 'tap'
import { AppError } from '../../core/errors.js'
import { createDiskStorage } from '../../plugins/storage/disk.js'
import type { DownloadOptions } from '../../plugins/storage/object-storage.js'
import { bytes, MIB, newKey, streamOf } from './bytes.js'
import { serveObjects } from './serve-objects.js'

const OPTIONS: DownloadOptions = {
  filename: 'a picture.png',
  mimeType: 'image/png',
  disposition: 'inline',
  expiresIn: 60
}

async function start(t: Test) {
  const root = await mkdtemp(join(tmpdir(), 'strongroom-downloads-'))
  const app = Fastify({ forceCloseConnections: true })
  const storage = createDiskStorage({
    root,
    signingSecrets: ['a secret of more than thirty-two bytes'],
    publicUrl: () => app.listeningOrigin
  })
  await storage.prepare()
  app.setErrorHandler((error, _request, reply) => {
    if (!(error instanceof AppError)) t.fail('not an AppError', { error })
    return error instanceof AppError
      ? reply.code(error.status).send({ code: error.code })
      : reply.code(500).send()
  })
  await serveObjects(app, storage)
  await app.listen({ port: 0, host: '127.0.0.1' })
  t.teardown(async () => {
    await app.close()
    storage.close()
    await rm(root, { recursive: true, force: true })
  })
  const body = bytes(1000)
  const key = newKey()
  await storage.put(key, body)
  const sign = (change: Partial<DownloadOptions> = {}) => storage.signDownload(key, { ...OPTIONS, ...change })
  /** The files below the root that this process has open; uploads also keep folders open. */
  const openFiles = async () => {
    const links = (await readdir('/proc/self/fd')).map((fd) =>
      readlink(`/proc/self/fd/${fd}`).catch(() => '')
    )
    const paths = (await Promise.all(links)).filter((path) => path.startsWith(root))
    const files = await Promise.all(paths.map(async (path) => (await stat(path)).isFile()))
    return paths.filter((_, index) => files[index])
  }
  return { storage, key, body, sign, openFiles }
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setImmediate(resolve))
}

async function get(url: string | URL, headers: Record<string, string> = {}, method = 'GET') {
  const response = await fetch(url, { method, headers })
  const body = Buffer.from(await response.arrayBuffer())
  const code =
    response.status >= 400 && body.length > 0 ? (JSON.parse(String(body)) as { code: string }).code : null
  return { status: response.status, headers: response.headers, body, code }
}

void t.test('GET and HEAD have the same headers', async (t) => {
  const { sign, body } = await start(t)
  const url = await sign()
  const whole = await get(url)
  t.equal(whole.status, 200)
  t.ok(whole.body.equals(body))
  const expected = {
    'accept-ranges': 'bytes',
    'cache-control': 'private',
    'content-disposition': 'inline; filename="a picture.png"',
    'content-length': '1000',
    'content-security-policy': "sandbox; default-src 'none'",
    'content-type': 'image/png'
  }
  t.match(Object.fromEntries(whole.headers), expected)
  t.match(whole.headers.get('etag'), /^"[^"]+"$/, 'a strong tag')
  t.ok(Math.abs(Date.parse(whole.headers.get('last-modified') ?? '') - Date.now()) < 60_000)

  const head = await get(url, { range: 'bytes=0-1' }, 'HEAD')
  t.equal(head.status, 200, 'ranges are for GET')
  t.equal(head.body.length, 0)
  t.match(Object.fromEntries(head.headers), expected)
  t.equal(head.headers.get('etag'), whole.headers.get('etag'))

  const pdf = await get(await sign({ mimeType: 'application/pdf' }))
  t.equal(pdf.headers.get('content-security-policy'), "default-src 'none'", 'viewers refuse a sandbox')
})

void t.test('altered or expired links are refused', async (t) => {
  const { storage, key, sign } = await start(t)
  const good = new URL(await sign())
  t.equal((await get(good)).status, 200)

  for (const name of good.searchParams.keys()) {
    for (const change of ['x', '', null, 'twice'] as const) {
      const url = new URL(good)
      const value = url.searchParams.get(name) ?? ''
      if (change === null) url.searchParams.delete(name)
      else if (change === 'twice') url.searchParams.append(name, value)
      else url.searchParams.set(name, change)
      t.match(await get(url), { status: 403, code: 'LINK_INVALID' }, `${name}: ${change}`)
    }
  }
  const other = newKey()
  await storage.put(other, bytes(1))
  const paths = [
    other,
    `${key}x`,
    `${key}/`,
    key.replace('tenants/', 'tenants%2f..%2ftenants/'),
    '../.tmp/ping',
    '',
    '%00'
  ]
  for (const path of paths) {
    const url = new URL(good)
    url.pathname = `/objects/${path}`
    t.match(await get(url), { status: url.pathname.startsWith('/objects/') ? 403 : 404 }, path)
  }
  t.match(await get(await sign({ expiresIn: 0 })), { status: 403, code: 'LINK_INVALID' }, 'expired')
  t.match(await get(good, {}, 'HEAD'), { status: 200 })
  t.match(await get(good, {}, 'POST'), { status: 404 })
})

void t.test('a removed object is not found', async (t) => {
  const { storage, key, sign } = await start(t)
  const url = await sign()
  await storage.delete(key)
  t.match(await get(url), { status: 404, code: 'FILE_NOT_FOUND' })
})

void t.test('ranges', async (t) => {
  const { storage, sign, body } = await start(t)
  const url = await sign()
  const cases: [range: string, start: number, end: number][] = [
    ['bytes=0-0', 0, 0],
    ['bytes=10-19', 10, 19],
    ['bytes=990-', 990, 999],
    ['bytes=-10', 990, 999],
    ['bytes=-5000', 0, 999],
    ['bytes=999-99999999999999999999', 999, 999],
    ['Bytes=0-0', 0, 0]
  ]
  for (const [range, first, last] of cases) {
    const part = await get(url, { range })
    t.equal(part.status, 206, range)
    t.ok(part.body.equals(body.subarray(first, last + 1)))
    t.equal(part.headers.get('content-range'), `bytes ${first}-${last}/1000`)
    t.equal(part.headers.get('content-length'), String(last - first + 1))
  }
  for (const range of ['bytes=1000-', 'bytes=5000-6000', 'bytes=-0', 'bytes=99999999999999999999-']) {
    const refused = await get(url, { range })
    t.match(refused, { status: 416, code: 'RANGE_NOT_SATISFIABLE' }, range)
    t.equal(refused.headers.get('content-range'), 'bytes */1000')
    t.notMatch(refused.headers.get('content-type'), 'image')
  }
  for (const range of [
    'bytes=5-1',
    'bytes=0-0,2-3',
    'lines=0-1',
    'bytes=-',
    'bytes=a-b',
    'bytes',
    'bytes=1'
  ]) {
    const ignored = await get(url, { range })
    t.equal(ignored.status, 200, range)
    t.ok(ignored.body.equals(body))
  }
  const empty = newKey()
  await storage.put(empty, Buffer.alloc(0))
  const nothing = await storage.signDownload(empty, OPTIONS)
  for (const range of ['bytes=0-', 'bytes=-1', '']) {
    const answer = await get(nothing, range === '' ? {} : { range })
    t.match(answer, { status: 200 })
    t.equal(answer.headers.get('content-length'), '0')
  }
})

void t.test('conditions', async (t) => {
  const { storage, key, sign, body } = await start(t)
  const url = await sign()
  const { headers } = await get(url)
  const etag = headers.get('etag') ?? ''
  const date = headers.get('last-modified') ?? ''
  const before = new Date(Date.parse(date) - 1000).toUTCString()

  const unchanged = [etag, `W/${etag}`, `"other", ${etag}`, '*']
  for (const tag of unchanged) {
    const answer = await get(url, { 'if-none-match': tag, range: 'bytes=0-1' })
    t.equal(answer.status, 304, tag)
    t.equal(answer.headers.get('etag'), etag)
    t.notOk(answer.headers.has('content-type'))
  }
  t.equal((await get(url, { 'if-none-match': etag }, 'HEAD')).status, 304)
  t.equal((await get(url, { 'if-none-match': '"other"', 'if-modified-since': date })).status, 200)
  t.equal((await get(url, { 'if-modified-since': date })).status, 304)
  t.equal((await get(url, { 'if-modified-since': before })).status, 200)
  t.equal((await get(url, { 'if-modified-since': 'nonsense' })).status, 200)

  const ifRange: [condition: string, status: number][] = [
    [etag, 206],
    [date, 206],
    [`W/${etag}`, 200],
    ['"other"', 200],
    [before, 200],
    ['nonsense', 200]
  ]
  for (const [condition, status] of ifRange) {
    const answer = await get(url, { 'if-range': condition, range: 'bytes=1-2' })
    t.equal(answer.status, status, condition)
    t.equal(answer.body.length, status === 206 ? 2 : body.length)
  }
  await storage.put(key, body)
  t.not((await get(url)).headers.get('etag'), etag, 'another object has another tag')
})

void t.test(
  'every file is closed, even if the client disconnects',
  { skip: process.platform !== 'linux' },
  async (t) => {
    const { storage, key, sign, openFiles } = await start(t)
    await storage.putStream(key, streamOf(30 * MIB))
    const url = await sign()
    await get(url, {}, 'HEAD')
    await get(url, { range: 'bytes=99999999-' })
    await get(url, { 'if-none-match': '*' })
    await get(url, { range: 'bytes=5-10' })
    t.same(await openFiles(), [])

    const client = request(url).end()
    const [response] = (await once(client, 'response')) as [NodeJS.ReadableStream]
    await once(response, 'readable')
    t.equal((await openFiles()).length, 1, 'in the middle of a download')
    client.on('error', () => undefined).destroy()
    await until(async () => (await openFiles()).length === 0)
    t.pass('closed')
  }
)
