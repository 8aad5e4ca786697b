import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { createOutboundClient } from '../../plugins/outbound/client.js'
import { createGuard } from '../../plugins/outbound/guard.js'
import { makeCertificates } from '../helpers/certificates.js'

const guard = createGuard(['127.0.0.0/8'])
const client = createOutboundClient({ guard, allowHttp: true })
t.teardown(() => client.close())

async function listen(t: Test, server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => new Promise((resolve) => server.close(resolve)))
  return (server.address() as AddressInfo).port
}

void t.test('only the beginning of an endless answer is read', async (t) => {
  let sent = 0
  const server = createServer((_request, response) => {
    const chunk = Buffer.alloc(65_536, 'x')
    const write = () => {
      while (!response.destroyed && sent < 20 * 1024 * 1024) {
        sent += chunk.length
        if (!response.write(chunk)) return void response.once('drain', write)
      }
      response.end()
    }
    write()
  })
  const port = await listen(t, server)
  const shown = createOutboundClient({ guard: { ...guard, opensNetworks: false }, allowHttp: true })
  t.teardown(() => shown.close())
  const answer = await shown.post(`http://127.0.0.1:${port}/`, {}, '{}')
  t.match(answer, { status: 200, body: 'x'.repeat(1_024) })
  t.ok(sent < 5 * 1024 * 1024, `${sent} bytes were sent before the connection ended`)
  t.match(await client.post(`http://127.0.0.1:${port}/`, {}, '{}'), { status: 200, body: null }, 'not shown')
})

void t.test('a slow body does not delay the status', async (t) => {
  const server = createServer((_request, response) => void response.writeHead(200).write('so'))
  const port = await listen(t, server)
  t.match(await client.post(`http://127.0.0.1:${port}/`, {}, '{}'), { status: 200 })
  server.closeAllConnections()
})

void t.test('errors of receivers are described', async (t) => {
  const answers: [string, string, RegExp][] = [
    ['resets', '', /closed|reset/],
    ['no HTTP', 'SSH-2.0-OpenSSH_9.6\r\n', /not HTTP/],
    ['endless headers', `HTTP/1.1 200 OK\r\n${`x: ${'y'.repeat(1_000)}\r\n`.repeat(100)}\r\n`, /headers/]
  ]
  for (const [what, bytes, error] of answers) {
    const server = createTcpServer((socket) => {
      socket.on('error', () => undefined)
      socket.once('data', () => (bytes === '' ? socket.resetAndDestroy() : socket.end(bytes)))
    })
    const port = await listen(t, server)
    t.match(await client.post(`http://127.0.0.1:${port}/`, {}, '{}'), { status: null, error }, what)
  }
  const gone = createTcpServer()
  const port = await listen(t, gone)
  gone.close()
  t.match(await client.post(`http://127.0.0.1:${port}/`, {}, '{}'), { error: 'the connection was refused' })
  t.match(await client.post('https://does-not-exist.invalid/', {}, '{}'), { status: null, error: /DNS|name/ })
})

void t.test('certificates are checked, for the name in the URL', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'strongroom-webhooks-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const { ca, certificate: cert, key } = makeCertificates(folder, 'DNS:receiver.example')
  const port = await listen(
    t,
    createTlsServer({ cert, key }, (_request, response) => response.end())
  )
  const resolve = () => Promise.resolve(['127.0.0.1'])
  const trusting = createOutboundClient({ guard, allowHttp: false, resolve, ca: readFileSync(ca, 'utf8') })
  t.teardown(() => trusting.close())
  t.match(await trusting.post(`https://receiver.example:${port}/`, {}, '{}'), { status: 200 })
  t.match(await trusting.post(`https://other.example:${port}/`, {}, '{}'), { status: null, error: /TLS/ })
  const strict = createOutboundClient({ guard, allowHttp: false, resolve })
  t.teardown(() => strict.close())
  t.match(await strict.post(`https://receiver.example:${port}/`, {}, '{}'), { status: null, error: /TLS/ })
})

void t.test('Retry-After is read in both forms', async (t) => {
  let value = ''
  const server = createServer((_request, response) => response.writeHead(503, { 'retry-after': value }).end())
  const port = await listen(t, server)
  const ask = async (given: string) => {
    value = given
    return client.post(`http://127.0.0.1:${port}/`, {}, '{}')
  }
  t.match(await ask('120'), { status: 503, retryAfter: 120 })
  t.match(await ask(new Date(Date.now() + 60_000).toUTCString()), { retryAfter: Number })
  t.match(await ask('Fri, 31 Dec 1999 23:59:59 GMT'), { retryAfter: 0 })
  t.match(await ask('soon'), { retryAfter: null })
})
