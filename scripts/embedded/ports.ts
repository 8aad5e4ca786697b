import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/**
 * Below the ports that systems assign for port 0 and for connections (Linux 32768, others 49152: RFC 6335 §6), so that
 * only a deliberate choice can take one of these ports before it is used.
 */
const FIRST = 20_000
const LAST = 32_767
const TRIES = 5

/**
 * Starts a program that cannot listen on port 0 and report the port, on free ports of 127.0.0.1; retries on others if
 * one is taken meanwhile.
 * @param start rejects if the program fails, and then leaves nothing behind
 */
export async function onFreePorts<T>(count: number, start: (ports: number[]) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    const ports = await choosePorts(count)
    try {
      return await start(ports)
    } catch (error) {
      const free = (await Promise.all(ports.map(isFree))).every(Boolean)
      // Any other failure would only repeat.
      if (tries === TRIES || (free && !/address already in use/i.test(String(error)))) throw error
    }
  }
}

/**
 * Listens on an address and stops at once.
 * @throws the system's own error: EADDRINUSE, EACCES, EADDRNOTAVAIL, ENOTFOUND
 */
export function listenBriefly(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve()))
  })
}

const isFree = (port: number) =>
  listenBriefly('127.0.0.1', port).then(
    () => true,
    () => false
  )

async function choosePorts(count: number): Promise<number[]> {
  const ports = new Set<number>()
  while (ports.size < count) {
    const port = randomInt(FIRST, LAST + 1)
    if (await isFree(port)) ports.add(port)
  }
  return [...ports]
}
