import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** A raw connection that shows bytes as they arrive, for what no HTTP client would send or show. */
export interface Connection {
  socket: Socket
  /** Everything received so far. */
  said: () => string
  /** Waits until the received text matches; fails if the connection ends first. */
  hears: (pattern: RegExp) => Promise<string>
  /** Waits for the end and returns everything received. */
  ends: () => Promise<string>
}

export async function openConnection(url: string, ...parts: (string | Buffer)[]): Promise<Connection> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  let said = ''
  let ended = false
  let onNews = () => {}
  const end = () => {
    ended = true
    onNews()
  }
  socket.setEncoding('latin1').on('data', (text: string) => {
    said += text
    onNews()
  })
  socket.on('error', end).on('end', () => socket.end())
  void closed.then(end)
  await once(socket, 'connect')
  for (const part of parts) socket.write(part)

  return {
    socket,
    said: () => said,
    async hears(pattern) {
      while (!pattern.test(said)) {
        if (ended) throw new Error(`The connection ended with: ${said}`)
        await new Promise<void>((resolve) => (onNews = resolve))
      }
      return said
    },
    async ends() {
      await closed
      return said
    }
  }
}

/** A request's head. */
export const head = (line: string, ...headers: string[]): string =>
  [`${line} HTTP/1.1`, 'host: localhost', ...headers, '', ''].join('\r\n')

/** Status and code of every answer, such as "404 ROUTE_NOT_FOUND". */
export function outcomes(said: string): string[] {
  return said
    .split(/(?=HTTP\/1\.1 \d{3})/)
    .map((answer) => [/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1], /"code":"(\w+)"/.exec(answer)?.[1]])
    .map((parts) => parts.filter((part) => part !== undefined).join(' '))
    .filter((outcome) => outcome !== '')
}
