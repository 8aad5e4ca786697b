import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { createOutboundClient } from '../../plugins/outbound/client.js'
import { createGuard } from '../../plugins/outbound/guard.js'
import { problemOfTarget } from '../../plugins/outbound/target.js'

const guard = createGuard([])
const rules = { guard, allowHttp: true }

/** Hosts that lead into private networks, in every notation that URLs, resolvers and sockets understand. */
const PRIVATE_HOSTS = [
  ...['127.0.0.1', '127.1', '127.0.1', '2130706433', '0x7f000001', '0x7f.1', '0177.0.0.1', '017700000001'],
  ...['127.0.0.1.', '0', '0.0.0.0', '１２７.0.0.1', '127。0。0。1', '%31%32%37.0.0.1', '0x7F.0x0.0x0.0x1'],
  ...['localhost', 'LOCALHOST', 'localhost.', 'api.localhost', 'ⓛocalhost'],
  ...['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1', '198.18.0.1', '192.0.0.192'],
  ...['224.0.0.1', '240.0.0.1', '255.255.255.255', '192.0.2.1', '198.51.100.1', '203.0.113.1', '192.88.99.1'],
  // Cloud metadata services.
  ...[
    '169.254.169.254',
    '2852039166',
    '0xa9fea9fe',
    '0251.0376.0251.0376',
    '169.254.170.2',
    '100.100.100.200'
  ],
  ...['168.63.129.16', '[fd00:ec2::254]', '[fd20:ce::254]'],
  ...['[::1]', '[::]', '[0:0:0:0:0:0:0:1]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::127.0.0.1]'],
  ...[
    '[::ffff:169.254.169.254]',
    '[::ffff:8.8.8.8]',
    '[::ffff:0:127.0.0.1]',
    '[fe80::1]',
    '[fc00::1]',
    '[fec0::1]'
  ],
  // NAT64, 6to4, Teredo and documentation.
  ...[
    '[64:ff9b::7f00:1]',
    '[64:ff9b::8.8.8.8]',
    '[64:ff9b:1::a00:1]',
    '[2002:7f00:1::]',
    '[2002:a9fe:a9fe::1]'
  ],
  ...[
    '[2001:0:4136:e378:8000:63bf:80ff:fffe]',
    '[2001:db8::1]',
    '[3fff::1]',
    '[ff02::1]',
    '[5f00::1]',
    '[4000::1]'
  ]
]

void t.test('URLs that lead into private networks are refused in every notation', async (t) => {
  for (const host of PRIVATE_HOSTS) {
    const url = `http://${host}/`
    t.type(URL.canParse(url) ? problemOfTarget(new URL(url), rules) : 'no URL', 'string', host)
  }
  for (const host of [
    '8.8.8.8',
    '1.1.1.1',
    '[2606:4700:4700::1111]',
    'example.com',
    '172.32.0.1',
    '[2a00::1]'
  ])
    t.equal(problemOfTarget(new URL(`http://${host}/`), rules), null, host)
})

void t.test('other unsafe URLs are refused', async (t) => {
  const wrong = [
    'ftp://example.com/',
    'file:///etc/passwd',
    'gopher://example.com/',
    'https://user@example.com/',
    'https://user:secret@example.com/',
    'https://example.com:22/',
    'https://example.com:25/',
    'https://example.com:0/'
  ]
  for (const url of wrong) t.type(problemOfTarget(new URL(url), rules), 'string', url)
  for (const url of [
    'https://example.com',
    'https://example.com:8443/x?y',
    'http://example.com:80',
    'https://example.com:80'
  ])
    t.equal(problemOfTarget(new URL(url), rules), null, url)
  t.type(problemOfTarget(new URL('http://example.com'), { guard, allowHttp: false }), 'string')
})

void t.test('only networks that the operator opened are permitted', async (t) => {
  const opened = createGuard(['10.20.0.0/16', 'fd00:1::/32'])
  for (const address of ['10.20.3.4', '::ffff:10.20.3.4', 'fd00:1::5', '8.8.8.8'])
    t.equal(opened.permits(address), true, address)
  for (const address of [
    '10.21.0.1',
    '127.0.0.1',
    'fd00:2::1',
    'fe80::1%eth0',
    '10.20.3.4%lo',
    'localhost',
    ''
  ])
    t.equal(opened.permits(address), false, address)
})

/** A server on this machine that must not be reached, with a count of its requests. */
async function privateServer(t: Test) {
  let calls = 0
  const server = createServer((_request, response) => {
    calls += 1
    response.end('secret')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => new Promise((resolve) => server.close(resolve)))
  return { port: (server.address() as AddressInfo).port, calls: () => calls }
}

void t.test('names are resolved once, and all their addresses are checked', async (t) => {
  const server = await privateServer(t)
  const post = async (addresses: string[][], host = 'receiver.example') => {
    let asked = 0
    const resolve = () => Promise.resolve(addresses[Math.min(asked++, addresses.length - 1)] ?? [])
    const client = createOutboundClient({ guard, allowHttp: true, resolve })
    const answer = await client.post(`http://${host}:${server.port}/`, {}, '{}')
    await client.close()
    return { answer, asked }
  }
  const refused = { status: null, error: 'the host has an address that is not public' }
  for (const addresses of [
    ['127.0.0.1'],
    ['::1'],
    ['::ffff:127.0.0.1'],
    ['8.8.8.8', '127.0.0.1'],
    ['0.0.0.0'],
    []
  ])
    t.match((await post([addresses])).answer, refused, addresses.join())
  // DNS rebinding: a check followed by a connection by name would resolve the name twice.
  const rebound = await post([['127.0.0.1'], ['8.8.8.8']])
  t.match(rebound, { answer: refused, asked: 1 })
  t.equal(server.calls(), 0)
})

void t.test('a connection goes to the address that was checked', async (t) => {
  const server = await privateServer(t)
  let asked = 0
  // The first answer is permitted and is this server; later answers would not be.
  const resolve = () => Promise.resolve([asked++ === 0 ? '127.0.0.1' : '10.0.0.1'])
  const client = createOutboundClient({ guard: createGuard(['127.0.0.0/8']), allowHttp: true, resolve })
  t.teardown(() => client.close())
  t.match(await client.post(`http://receiver.example:${server.port}/`, {}, '{}'), { status: 200, body: null })
  t.equal(asked, 1)
  t.equal(server.calls(), 1)
})

void t.test('redirects are not followed', async (t) => {
  const inner = await privateServer(t)
  for (const status of [301, 302, 303, 307, 308]) {
    const outer = createServer((_request, response) =>
      response.writeHead(status, { location: `http://127.0.0.1:${inner.port}/` }).end()
    )
    await new Promise<void>((resolve) => outer.listen(0, '127.0.0.1', resolve))
    const { port } = outer.address() as AddressInfo
    const client = createOutboundClient({ guard: createGuard(['127.0.0.1']), allowHttp: true })
    t.match(await client.post(`http://127.0.0.1:${port}/`, {}, '{}'), { status })
    await client.close()
    await new Promise((resolve) => outer.close(resolve))
  }
  t.equal(inner.calls(), 0)
})
