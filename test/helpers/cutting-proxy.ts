import { once } from 'node:events'
import { createServer, connect, type Socket } from 'node:net'
import type { Test } from 'tap'

/** A proxy that cuts each connection once the client has sent more than `most` bytes over it. */
export async function cuttingProxy(
  t: Test,
  target: string,
  most: number
): Promise<{ url: string; cuts: () => number }> {
  const { port, hostname } = new URL(target)
  const sockets = new Set<Socket>()
  let cuts = 0
  const server = createServer((client) => {
    const api = connect(Number(port), hostname)
    let seen = 0
    for (const socket of [client, api]) {
      sockets.add(socket)
      socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket))
    }
    api.on('close', () => client.destroy()).pipe(client)
    client.on('close', () => api.destroy())
    client.on('data', (chunk) => {
      seen += chunk.length
      if (seen <= most) return void api.write(chunk)
      cuts += 1
      client.destroy()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as { port: number }).port}`, cuts: () => cuts }
}
