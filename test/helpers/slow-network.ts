import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import type { Test } from 'tap'

/** A proxy to a server that passes only as many of the clients' bytes as the test allows. */
export interface SlowNetwork {
  url: string
  /** The clients' bytes after which the network stops reading. */
  most: number
  /** The clients' bytes so far. */
  passed: number
  /** The Upload-Offset of each PATCH. Says where clients continued, however much they sent before a refusal. */
  offsets: number[]
  /** Breaks all connections; new ones work. */
  cut(): void
  /** Lets more bytes pass, also on connections that wait. */
  allow(bytes: number): void
}

/** Bytes of a request that can hold its headers. */
const HEAD_BYTES = 4096
const PATCH_AT = /^PATCH [^]*?\r\nupload-offset: (\d+)/i

export async function slowNetwork(t: Test, target: string): Promise<SlowNetwork> {
  const sockets = new Set<Socket>()
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  const allow = (bytes: number) => {
    network.most = network.passed + bytes
    for (const socket of sockets) socket.resume()
  }
  const network: SlowNetwork = { url: '', most: Infinity, passed: 0, offsets: [], cut, allow }
  const { port, hostname } = new URL(target)
  const server = createServer((client) => {
    const api = connect(Number(port), hostname)
    for (const socket of [client, api]) {
      sockets.add(socket)
      socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket))
    }
    client.on('close', () => api.destroy())
    api.on('close', () => client.destroy()).pipe(client)
    client.on('data', (chunk) => {
      network.passed += chunk.length
      const [, offset] = PATCH_AT.exec(chunk.toString('latin1', 0, HEAD_BYTES)) ?? []
      if (offset !== undefined) network.offsets.push(Number(offset))
      api.write(chunk)
      if (network.passed > network.most) client.pause()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    cut()
    server.close()
  })
  network.url = `http://127.0.0.1:${(server.address() as { port: number }).port}`
  return network
}
