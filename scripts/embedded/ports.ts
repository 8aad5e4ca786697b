import { createServer } from 'node:net'

/** A TCP port of 127.0.0.1 that nobody used a moment ago. */
export function freePort(): Promise<number> {
  return listenBriefly('127.0.0.1', 0)
}

/**
 * Listens on an address and stops at once.
 * @returns the port, which is the given one unless that was 0
 * @throws the system's own error: EADDRINUSE, EACCES, EADDRNOTAVAIL, ENOTFOUND
 */
export function listenBriefly(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen({ host, port, exclusive: true }, () => {
      const address = server.address()
      const taken = address !== null && typeof address === 'object' ? address.port : port
      server.close(() => resolve(taken))
    })
  })
}
