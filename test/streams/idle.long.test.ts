import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import t from 'tap'
import { createTenant, signUp } from '../helpers/api.js'
import { ownProcess } from '../crash/victims.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'

const STREAMS = 1_000
const MAX_BYTES = 64 * 1024 ** 2

t.setTimeout(600_000)
const limits = { STREAMS_PER_PROCESS: String(STREAMS), STREAMS_PER_TENANT: String(STREAMS) }
const { environment } = await createInstallation(t, limits)
let url = ''
const api = ownProcess('api', 'src/server', environment, (address) => (url = address))
t.teardown(() => api.kill())
await api.start()
const admin = await signUp(url)
const tenant = await createTenant(admin)

async function valueOf(name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1])
}

async function open(): Promise<Socket> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  socket.write(
    `GET /api/tenants/${tenant.id}/events/stream HTTP/1.1\r\nHost: a\r\nAccept: text/event-stream\r\n` +
      `Authorization: Bearer ${String(admin.token)}\r\n\r\n`
  )
  await once(socket, 'data')
  socket.resume()
  return socket
}

void t.test(`${STREAMS} idle streams take at most 64 MiB`, async (t) => {
  // The first streams load and compile code that all streams use.
  const first = await Promise.all(Array.from({ length: 50 }, open))
  for (const socket of first) socket.destroy()
  await until(async () => (await valueOf('strongroom_event_streams')) === 0)
  const before = await valueOf('process_resident_memory_bytes')
  const sockets: Socket[] = []
  while (sockets.length < STREAMS) sockets.push(...(await Promise.all(Array.from({ length: 50 }, open))))
  t.equal(await valueOf('strongroom_event_streams'), STREAMS)
  const after = await valueOf('process_resident_memory_bytes')
  const mebibytes = Math.round((after - before) / 1024 ** 2)
  t.ok(after - before <= MAX_BYTES, `${mebibytes} MiB`)
  t.comment(`${STREAMS} streams take ${mebibytes} MiB`)
  for (const socket of sockets) socket.destroy()
})
