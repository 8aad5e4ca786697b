import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import { request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { onFreePorts } from '../../scripts/embedded/ports.js'
import { startApi } from '../helpers/api.js'
import { makeCertificates } from '../helpers/certificates.js'
import { createInstallation } from '../helpers/installation.js'
import { registeredRoutes } from '../helpers/registered-routes.js'
import { requireTool } from '../helpers/tools.js'
import { until } from '../helpers/until.js'
import { temporaryDataDir } from '../scripts/temporary-folder.js'

const nginx = requireTool(t, ['nginx'])
requireTool(t, ['openssl'])
const folder = temporaryDataDir(t)
const logs = join(folder, 'logs')
mkdirSync(logs)
const { certificate, key } = makeCertificates(folder, 'IP:127.0.0.1')
writeFileSync(join(folder, 'server.pem'), certificate)
writeFileSync(join(folder, 'server.key'), key)

/** The requests that reached the API. */
const seen: { url: string; headers: IncomingHttpHeaders }[] = []
const api = createServer((incoming, answer) => {
  seen.push({ url: incoming.url ?? '', headers: incoming.headers })
  incoming.resume()
  if (incoming.url?.endsWith('/events/stream') === true) {
    answer.setHeader('content-type', 'text/event-stream').write('data: first\n\n')
    return
  }
  answer.end('from the API')
}).listen(0, '127.0.0.1')
/** The API process that receives uploads. */
const receiving = createServer((incoming, answer) => {
  incoming.resume()
  answer.end('from the other API process')
}).listen(0, '127.0.0.1')
await Promise.all([once(api, 'listening'), once(receiving, 'listening')])
t.teardown(() => [api, receiving].forEach((server) => server.close()))

/** docker/nginx.conf, with only its addresses and paths replaced. */
function configuration(plain: number, tls: number): string {
  const addressOf = (server: typeof api) => `server 127.0.0.1:${(server.address() as AddressInfo).port};`
  const text = readFileSync('docker/nginx.conf', 'utf8')
    .replace('server 127.0.0.1:4999;', addressOf(api))
    .replace('server 127.0.0.1:4999;', addressOf(receiving))
    .replace('listen 80;', `listen 127.0.0.1:${plain};`)
    .replace('listen 443 ssl http2;', `listen 127.0.0.1:${tls} ssl;`)
    .replaceAll('/etc/nginx/tls/documents.example.com.pem', join(folder, 'server.pem'))
    .replaceAll('/etc/nginx/tls/documents.example.com.key', join(folder, 'server.key'))
    .replaceAll('/var/log/nginx', logs)
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${join(folder, name)};`)
    .join('\n')
  return `${process.getuid?.() === 0 ? 'user root;' : ''}
daemon off;
pid ${join(folder, 'pid')};
events {}
http {
access_log ${join(logs, 'access.log')};
${temporary}
${text}
}`
}

const port = await onFreePorts(2, async ([plain = 0, tls = 0]) => {
  const file = join(folder, 'nginx.conf')
  writeFileSync(file, configuration(plain, tls))
  const child = spawn(nginx, ['-p', folder, '-c', file, '-e', join(logs, 'error.log')], {
    stdio: ['ignore', 'ignore', 'pipe']
  })
  const exited = once(child, 'exit')
  const said = text(child.stderr)
  t.teardown(async () => {
    child.kill('SIGTERM')
    await exited
  })
  const answers = () =>
    get(tls, '/').then(
      () => true,
      () => child.exitCode !== null
    )
  await until(answers)
  if (child.exitCode !== null) throw new Error(`nginx did not start:\n${await said}`)
  return tls
})

function get(
  port: number,
  path: string,
  headers = {},
  method = 'GET'
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      port,
      path,
      method,
      headers,
      rejectUnauthorized: false,
      agent: false
    }
    request(options, (answer) => {
      text(answer).then((body) => resolve({ status: answer.statusCode ?? 0, body }), reject)
    })
      .on('error', reject)
      .end()
  })
}

void t.test('clients cannot forge their address, and /metrics is internal', async (t) => {
  t.equal((await get(port, '/api/x', { 'x-forwarded-for': '192.0.2.1' })).body, 'from the API')
  t.match(seen.at(-1), {
    url: '/api/x',
    headers: { 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'https' }
  })
  t.equal((await get(port, '/metrics')).status, 404)
})

void t.test('a signed URL works, and no log contains its signature', async (t) => {
  const path = '/objects/tenants/a/file?expires=1&signature=very-secret-signature'
  t.equal((await get(port, path)).status, 200)
  t.equal(seen.at(-1)?.url, path)
  api.closeAllConnections()
  const written = () => readFileSync(join(logs, 'access.log'), 'utf8')
  await until(async () => written().includes('/objects/tenants/a/file'))
  t.notMatch(written() + readFileSync(join(logs, 'error.log'), 'utf8'), 'very-secret')
})

void t.test('events of a stream arrive one by one, and the API learns that a client has left', async (t) => {
  const closed = new Promise((resolve) => {
    api.once('request', (_incoming, answer: ServerResponse) => answer.once('close', resolve))
  })
  const first = await new Promise<string>((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      port,
      path: '/api/tenants/a/events/stream',
      rejectUnauthorized: false
    }
    const asked = request(options, (answer) => {
      answer.once('data', (chunk: Buffer) => {
        resolve(chunk.toString())
        asked.destroy()
      })
    })
    asked.on('error', reject).end()
  })
  t.equal(first, 'data: first\n\n', 'while the answer has not ended')
  await closed
})

void t.test('requests that bring files go to their own process, and other requests do not', async (t) => {
  const { config } = await createInstallation(t)
  const { routes } = await registeredRoutes(() => startApi(t, config))
  // All requests of a resumable upload go there, so that they meet its writer.
  const resumable = /^\/api\/tenants\/:tenant_id\/uploads/
  const asked = routes
    .map(({ method, url, config }) => ({
      methods: [method].flat(),
      url,
      brings: config?.streamedBody === true
    }))
    .filter(({ url, brings }) => brings || resumable.test(url) || /\/documents\b/.test(url))
  t.ok(asked.filter(({ brings }) => brings).length >= 5)
  for (const { methods, url, brings } of asked) {
    const wanted = brings || resumable.test(url) ? 'from the other API process' : 'from the API'
    const path = url.replace(':external_id', 'a%2Fb%20c').replace(/:\w+/g, 'a')
    for (const method of methods.filter((method) => method !== 'HEAD'))
      for (const spelling of [path, `${path.replace(/\/$/, '')}/?filename=a.txt`])
        t.equal((await get(port, spelling, {}, method)).body, wanted, `${method} ${spelling}`)
  }
})

void t.test('too many requests get the same answer as from the API', async (t) => {
  const answers = await Promise.all(Array.from({ length: 40 }, () => get(port, '/api/auth/login')))
  const refused = answers.filter(({ status }) => status === 429)
  t.ok(refused.length > 0 && refused.length < answers.length, `${refused.length} of 40`)
  t.match(JSON.parse(refused[0]?.body ?? ''), { success: false, error: { code: 'TOO_MANY_REQUESTS' } })
  t.equal((await get(port, '/api/x')).status, 200, 'other requests have their own limit')
})

void t.test('a client of a resumable upload is told to wait while the API is down', async (t) => {
  const upload = '/api/tenants/a/uploads/b'
  t.equal((await get(port, upload, {}, 'HEAD')).status, 200)
  for (const server of [api, receiving]) {
    server.close()
    server.closeAllConnections()
  }
  t.equal((await get(port, upload, {}, 'HEAD')).status, 423)
  t.equal((await get(port, upload)).status, 502)
  t.equal((await get(port, '/api/tenants/a/documents', {}, 'HEAD')).status, 502)
})
