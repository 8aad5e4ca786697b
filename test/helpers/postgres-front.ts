import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import type { Test } from 'tap'

/**
 * A proxy in front of a PostgreSQL server that counts round trips and holds traffic back on request.
 * https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
export interface PostgresFront {
  /** The server's URL through the proxy. */
  url: string
  /** Round trips to each database since the last call: Sync and Query messages. */
  takeRoundTrips(): Record<string, number>
  /** Passes nothing in either direction from now on, without any error. */
  freeze(): void
  /** Passes what was held back, and everything after it. */
  thaw(): void
  /** Ends every connection and accepts none. */
  stop(): void
  /** Accepts connections again. */
  start(): void
}

export async function startPostgresFront(t: Test, url: string): Promise<PostgresFront> {
  const server = new URL(url)
  const sockets = new Set<Socket>()
  let roundTrips: Record<string, number> = {}
  let stopped = false

  const front = createServer((client) => {
    if (stopped) {
      client.resetAndDestroy()
      return
    }
    const upstream = connect(Number(server.port || 5432), server.hostname)
    for (const [one, other] of [
      [client, upstream],
      [upstream, client]
    ] as const) {
      sockets.add(one)
      one.on('error', () => undefined)
      one.on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
      one.on('data', (bytes) => other.write(bytes))
    }
    countMessages(client, (database) => {
      roundTrips[database] = (roundTrips[database] ?? 0) + 1
    })
  })
  front.listen(0, '127.0.0.1')
  await once(front, 'listening')
  const endAll = () => {
    for (const socket of sockets) socket.resetAndDestroy()
  }
  t.teardown(() => {
    endAll()
    front.close()
  })

  const fronted = new URL(url)
  fronted.hostname = '127.0.0.1'
  fronted.port = String((front.address() as AddressInfo).port)
  return {
    url: fronted.href,
    takeRoundTrips() {
      const taken = roundTrips
      roundTrips = {}
      return taken
    },
    freeze() {
      for (const socket of sockets) socket.pause()
    },
    thaw() {
      for (const socket of sockets) socket.resume()
    },
    stop() {
      stopped = true
      endAll()
    },
    start() {
      stopped = false
    }
  }
}

/** Reads what a client sends: a StartupMessage without a type, then messages with one. */
function countMessages(client: Socket, onRoundTrip: (database: string) => void): void {
  let database: string | undefined
  let rest = Buffer.alloc(0)
  client.on('data', (bytes) => {
    rest = Buffer.concat([rest, bytes])
    for (;;) {
      const head = database === undefined ? 0 : 1
      if (rest.length < head + 4) return
      const length = head + rest.readUInt32BE(head)
      if (rest.length < length) return
      const type = rest.toString('latin1', 0, head)
      if (database === undefined) database = databaseOf(rest.subarray(8, length))
      else if (type === 'S' || type === 'Q') onRoundTrip(database)
      rest = rest.subarray(length)
    }
  })
}

function databaseOf(parameters: Buffer): string {
  const texts = parameters.toString().split('\0')
  return texts[texts.indexOf('database') + 1] ?? ''
}
