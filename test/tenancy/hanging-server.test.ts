// A server that hangs is worse than one that refuses connections: its clients wait.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import t from 'tap'
import { identify, signal } from '../../scripts/embedded/process-identity.js'
import { createTenant, signUp, startApi, uploaded, type TestTenant } from '../helpers/api.js'
import { until } from '../helpers/until.js'
import { startWorker } from '../helpers/worker.js'
import { startSecondServer } from '../moves/second-server.js'
import { createTwoServers } from '../moves/servers.js'

t.setTimeout(300_000)
const second = await startSecondServer(t)
const installation = await createTwoServers(t, ['schema', 'schema'], {}, second.url())
const { config, sql } = installation
const { url } = await startApi(t, config)
await startWorker(t, config)
const admin = await signUp(url)
const run = promisify(execFile)

async function createOn(server: string): Promise<TestTenant> {
  await sql`update servers set state = case name when ${server} then 'open' else 'draining' end`
  return createTenant(admin, server)
}
const healthy = await createOn('main')
const hanging = await createOn('two')
await sql`update servers set state = 'open'`
const list = ({ id }: TestTenant) => admin.get(`/api/tenants/${id}/documents`)
await Promise.all([healthy, hanging].map(list))

const server = identify(second.pid)

/** Signals the server and all its sessions, some of which may end meanwhile. */
async function signalAll(name: 'SIGSTOP' | 'SIGCONT'): Promise<void> {
  // The server first, so that it starts no others.
  if (server) signal(server, name)
  const children = await run('ps', ['-o', 'pid=', '--ppid', String(second.pid)]).catch(() => ({ stdout: '' }))
  const sessions = children.stdout.split(/\s+/).filter(Boolean).map(Number).map(identify)
  for (const session of sessions) if (session) signal(session, name)
}
t.teardown(() => signalAll('SIGCONT'))

/** The median duration in milliseconds of requests of the healthy server's tenant. */
async function median(): Promise<number> {
  const taken: number[] = []
  for (let n = 0; n < 15; n++) {
    const start = performance.now()
    const { status } = await list(healthy)
    if (status !== 200) throw new Error(`The healthy server's tenant was answered with ${status}`)
    await uploaded(admin, healthy.id, `content ${n}`)
    taken.push(performance.now() - start)
  }
  return taken.sort((a, b) => a - b)[7] as number
}

t.test('tenants on other servers are as fast as before', async () => {
  // Retries, since on a busy machine either measurement may be slow.
  await until(async () => {
    const before = await median()
    await signalAll('SIGSTOP')
    const waiting = Promise.all([1, 2, 3].map(() => list(hanging)))
    const during = await median()
    await signalAll('SIGCONT')
    await waiting
    return during < 2 * before
  })
})

t.test('new tenants and events on other servers do not wait for the hanging server', async (t) => {
  await signalAll('SIGSTOP')
  const created = await createTenant(admin, 'new')
  const [row] = await sql`select server from tenants where id = ${created.id}`
  t.equal(row?.['server'], 'main', 'a new tenant is put on a server that answers')
  const db = installation.tenantSql(healthy.database_name)
  await uploaded(admin, healthy.id, 'during the outage')
  await until(async () => (await db`select from outbox`).length === 0)
  await signalAll('SIGCONT')
  await until(async () => (await list(hanging)).status === 200)
})
