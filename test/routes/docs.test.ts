import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import t from 'tap'
import { sendRaw, startApi } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'

const { config } = await createInstallation(t)
const { app, url } = await startApi(t, config)
const OF_DOCS = [
  ...['/openapi.json', '/openapi.yaml', '/docs', '/docs/', '/docs/json', '/docs/static/swagger-ui.css'],
  ...['/docs/static/swagger-ui-bundle.js', '/docs/static/swagger-initializer.js', '/docs/static/docs.css']
]
const ALWAYS_THERE = ['/errors', '/errors/', '/static/page.css', '/static/icon.svg']
const CONSTANT = [...OF_DOCS, ...ALWAYS_THERE]

void t.test('each constant page has an ETag with which a client may cache it', async (t) => {
  for (const path of CONSTANT) {
    const first = await app.inject(path)
    const etag = String(first.headers.etag)
    t.match(
      first,
      { statusCode: 200, headers: { etag: /^W\/"[\w-]{43}"$/, 'cache-control': 'no-cache' } },
      path
    )
    for (const known of [etag, `"other", ${etag}`, '*', etag.slice(2)]) {
      const again = await app.inject({ url: path, headers: { 'if-none-match': known } })
      t.match(again, { statusCode: 304, body: '', headers: { etag } }, `${path} ${known}`)
    }
    t.equal((await app.inject({ url: path, headers: { 'if-none-match': '"other"' } })).statusCode, 200)
    const head = await app.inject({ method: 'HEAD', url: path })
    t.match(head, {
      statusCode: 200,
      body: '',
      headers: { etag, 'content-length': first.headers['content-length'] }
    })
  }
})

void t.test('constant pages are compressed as the client accepts', async (t) => {
  const wishes: [string | undefined, string | undefined][] = [
    [undefined, undefined],
    ['', undefined],
    ['identity', undefined],
    ['gzip', 'gzip'],
    ['br', 'br'],
    ['gzip, deflate, br, zstd', 'br'],
    ['br;q=0.1, gzip;q=0.9', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['gzip;q=0', undefined],
    ['gzip;q=0, br;q=0', undefined],
    ['*', 'br'],
    ['*;q=0, gzip', 'gzip'],
    ['zstd', undefined]
  ]
  for (const path of CONSTANT) {
    const plain = (await app.inject(path)).rawPayload
    for (const [wish, coding] of wishes) {
      const headers = wish === undefined ? {} : { 'accept-encoding': wish }
      const { headers: sent, rawPayload } = await app.inject({ url: path, headers })
      t.equal(sent['content-encoding'], coding, `${path} ${String(wish)}`)
      t.match(sent.vary, /accept-encoding/)
      const open = { gzip: gunzipSync, br: brotliDecompressSync }[coding ?? ''] ?? ((bytes: Buffer) => bytes)
      t.ok(open(rawPayload).equals(plain), `${path} ${String(wish)}: the same bytes`)
    }
  }
})

void t.test('constant pages are rendered once', async (t) => {
  const original = JSON.stringify
  let serialised = 0
  JSON.stringify = ((...args: Parameters<typeof original>) => {
    const text = original(...args) as string | undefined
    if ((text?.length ?? 0) > 50_000) serialised += 1
    return text
  }) as typeof original
  t.teardown(() => (JSON.stringify = original))
  for (let n = 0; n < 3; n++) for (const path of CONSTANT) await app.inject(path)
  t.equal(serialised, 0)
})

void t.test("only the documentation's own files are served", async (t) => {
  for (const name of [
    '../../package.json',
    '%2e%2e/%2e%2e/package.json',
    '..%2f..%2fpackage.json',
    '%252e%252e/package.json',
    '..%5c..%5cpackage.json',
    '....//package.json',
    '%00',
    'swagger-ui.css%00',
    '/etc/passwd',
    '',
    '.',
    'index.html',
    'toString',
    '__proto__',
    'a'.repeat(10_000)
  ]) {
    const request = `GET /docs/static/${name} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`
    t.match(await sendRaw(url, request), /^HTTP\/1\.1 404 [^]*ROUTE_NOT_FOUND/, name.slice(0, 40))
  }
})

void t.test('the documentation never stores a token', async (t) => {
  const { body } = await app.inject('/docs/static/swagger-initializer.js')
  t.match(body, /persistAuthorization: false/)
})

void t.test('DOCS=off removes the documentation and all links to it', async (t) => {
  const bare = await startApi(t, { ...config, docs: false })
  for (const path of OF_DOCS) t.equal((await bare.app.inject(path)).statusCode, 404, path)
  for (const path of ALWAYS_THERE) t.equal((await bare.app.inject(path)).statusCode, 200, path)
  const { body } = await bare.app.inject({ url: '/', headers: { accept: 'text/html' } })
  t.match(body, 'href="./errors"')
  t.notMatch(body, /docs|openapi/, 'no link is dead')
  const { data } = (await bare.app.inject('/')).json<{ data: object }>()
  t.same(Object.keys(data), ['name', 'version', 'errors', 'health'], 'nor in the JSON')
  t.equal((await bare.app.inject('/health/live')).statusCode, 200)
})
