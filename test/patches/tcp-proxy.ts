import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import type { Test } from 'tap'

/** How a connection ends: 'reset' is an error on the client's socket (ECONNRESET), 'close' is not. */
export type Ending = 'reset' | 'close'

/** How a connection may begin: StartupMessage (protocol 3.0), CancelRequest, SSLRequest. */
const openings = new Set([196608, 80877102, 80877103])

/**
 * A proxy between a client and the server of `url` that cuts connections at a chosen moment. It cuts only the client's
 * side for sure: a backend may live until it next writes. `malformed` counts the connections that do not begin as the
 * protocol requires.
 */
export async function startProxy(t: Test, url: string) {
  const server = new URL(url)
  const clients = new Set<Socket>()
  let malformed = 0
  let trap: { text: string; ending: Ending } | null = null

  const proxy = createServer((client) => {
    const upstream = connect(Number(server.port || 5432), server.hostname)
    clients.add(client)
    client.on('error', () => undefined).on('close', () => (clients.delete(client), upstream.destroy()))
    upstream.on('error', () => undefined).on('close', () => client.destroy())
    upstream.pipe(client)
    client.once('data', (bytes) => {
      if (bytes.length < 8 || !openings.has(bytes.readUInt32BE(4))) malformed++
    })
    client.on('data', (bytes) => {
      if (trap && bytes.includes(trap.text)) {
        const { ending } = trap
        trap = null
        finish(client, ending)
      } else upstream.write(bytes)
    })
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  t.teardown(() => {
    for (const client of clients) client.destroy()
    proxy.close()
  })

  const proxied = new URL(url)
  proxied.hostname = '127.0.0.1'
  proxied.port = String((proxy.address() as AddressInfo).port)
  return { url: proxied.href, endAll, endOn, malformed: () => malformed }

  function finish(client: Socket, ending: Ending): void {
    if (ending === 'reset') client.resetAndDestroy()
    else client.destroy()
  }

  /** Ends all current connections. */
  function endAll(ending: Ending): void {
    for (const client of clients) finish(client, ending)
  }

  /** Ends the next connection that sends `text`, instead of passing it on. */
  function endOn(text: string, ending: Ending): void {
    trap = { text, ending }
  }
}
