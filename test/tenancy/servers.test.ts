import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import t from 'tap'
import { startPostgres } from '../../scripts/embedded/postgres.js'
import { program } from '../../scripts/program.js'
import { createTenant, signUp, startApi, uploaded, type Page, type TestTenant } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { readyWith } from '../helpers/readiness.js'
import { until } from '../helpers/until.js'

/** A second PostgreSQL server, behind an address that survives its restarts. */
const dataDir = mkdtempSync(join(tmpdir(), 'strongroom-second-'))
const start = () =>
  startPostgres({ dataDir, log: () => undefined, settings: { fsync: 'off', max_connections: '60' } })
let second = await start()
const sockets = new Set<Socket>()
const address = createServer((client) => {
  const server = connect(second.port, '127.0.0.1')
  for (const [one, other] of [
    [client, server],
    [server, client]
  ] as const) {
    sockets.add(one)
    one.pipe(other)
    one.on('error', () => other.destroy())
    one.on('close', () => {
      sockets.delete(one)
      other.destroy()
    })
  }
})
await new Promise<void>((resolve) => address.listen(0, '127.0.0.1', resolve))
t.teardown(async () => {
  for (const socket of sockets) socket.destroy()
  address.close()
  await second.stop('immediate')
  rmSync(dataDir, { recursive: true, force: true })
})
const urlOf = (database: string) => {
  const url = new URL(second.url(database))
  url.port = String((address.address() as AddressInfo).port)
  return url.href
}

const { config, environment, sql } = await createInstallation(t, {
  TENANCY_STRATEGY: 'database',
  TENANT_SPARES: '1',
  TENANT_SERVERS: JSON.stringify({
    shared: { url: urlOf('shared') },
    own: { url: urlOf('own'), maxConnections: 8 }
  })
})
const { url } = await startApi(t, config)
const admin = await signUp(url)

function command(script: string, args: string[], settings = {}) {
  return new Promise<{ code: number; out: string; err: string }>((resolve) => {
    const env = { PATH: process.env['PATH'], ...environment, ...settings }
    execFile(process.execPath, [...program(script), ...args], { env }, (error, out, err) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err })
    )
  })
}
const servers = (...args: string[]) => command('scripts/servers', args)
const serverOf = async ({ id }: TestTenant) =>
  (await sql<{ server: string }[]>`select server from tenants where id = ${id}`)[0]?.server
const listed = (tenant: TestTenant) =>
  admin.get<Page<{ filename: string }>>(`/api/tenants/${tenant.id}/documents`)

const tenants: Record<string, TestTenant> = {}
const of = (server: string) => tenants[server] as TestTenant

t.test('servers are checked and added', async (t) => {
  t.match(await servers('check', 'nowhere'), { code: 2, err: /TENANT_SERVERS does not name "nowhere"/ })
  t.match(await servers('add', 'shared', '--strategy', 'schema', '--max-tenants', '1'), { code: 0 })
  t.match(await servers('add', 'own'), { code: 0, out: /ok {5}clock/ })
  const unknown = await command('scripts/tenants', ['migrate', '--tenant', 'x'])
  t.match(
    unknown,
    { code: 2, err: /^There is no tenant x/m },
    'although servers are checked before the tenant'
  )
  t.match(await servers('add', 'own', '--strategy', 'schema'), { code: 2, err: /cannot change/ })
  t.match(await servers('check', 'own'), { code: 0, out: /ok {5}may create roles: yes/ })
  const withServer = (verb: 'add' | 'check', name: string, server: string, ...args: string[]) =>
    command('scripts/servers', [verb, name, ...args], {
      TENANT_SERVERS: JSON.stringify({
        own: { url: urlOf('own') },
        shared: { url: urlOf('shared') },
        [name]: { url: server }
      })
    })
  const direct = new URL(second.url('planned')).href
  t.match(
    await withServer('check', 'again', direct),
    { code: 1, out: /WRONG {2}other names of it: own; / },
    'one server by two addresses'
  )
  const wrong = await withServer('add', 'again', direct)
  t.match(wrong, { code: 1, out: /WRONG {2}other names of it: own; / })
  const onSecond = postgres(second.url('postgres'), { max: 1 })
  const planned = await onSecond`select from pg_database where datname = 'planned'`
  await onSecond.end()
  t.same(planned, [], 'a server that fails the checks stays as it is')
  t.match(await withServer('check', 'again', direct, '--strategy', 'schema'), {
    code: 0,
    out: /ok +other names of it: none/
  })
  t.match(await withServer('check', 'again', second.url('shared'), '--strategy', 'schema'), {
    code: 1,
    out: /of it: shared; /
  })
  const { code, out } = await servers('list')
  t.equal(code, 0)
  t.match(out, /open +shared +schema +0 +0 +1 +yes/)
})

t.test('new tenants go to open servers with room', async (t) => {
  tenants['main'] = await createTenant(admin, 'On main')
  t.not(await serverOf(of('main')), 'shared', 'a server without a maximum has the most room')
  await sql`update servers set state = 'draining' where name in ('main', 'own')`
  tenants['shared'] = await createTenant(admin, 'Shared')
  t.equal(await serverOf(of('shared')), 'shared')
  const full = await admin.send('POST', '/api/tenants', { name: 'No room' })
  t.match(full, { status: 503, body: { error: { code: 'SERVERS_FULL' } } })
  await sql`update servers set state = 'open' where name = 'own'`
  tenants['own'] = await createTenant(admin, 'Own')
  t.equal(await serverOf(of('own')), 'own')
  await sql`update servers set state = 'open' where name = 'main'`
  await sql`update servers set state = 'draining' where name = 'own'`
  tenants['main'] = await createTenant(admin, 'On main')
  t.equal(await serverOf(of('main')), 'main')
  const chosen = await admin.send('POST', '/api/tenants', { name: 'Chosen', server: 'main' })
  t.match(
    chosen,
    { status: 422, body: { error: { details: [{ field: '/server' }] } } },
    'persons cannot choose a server'
  )
})

t.test('concurrent creations do not fill a server beyond its maximum', async (t) => {
  await sql`update servers set state = case name when 'own' then 'open' else 'draining' end,
    max_tenants = case name when 'own' then 2 else max_tenants end`
  const names = ['One', 'Two', 'Three', 'Four']
  const answers = await Promise.all(names.map((name) => admin.send('POST', '/api/tenants', { name })))
  t.same(answers.map(({ status }) => status).sort(), [201, 503, 503, 503])
  await sql`update servers set state = case name when 'own' then 'draining' else 'open' end,
    max_tenants = case name when 'own' then null else max_tenants end`
})

t.test('each tenant has its own data, under its own strategy', async (t) => {
  for (const [server, tenant] of Object.entries(tenants))
    await uploaded(admin, tenant.id, server, { filename: server })
  for (const [server, tenant] of Object.entries(tenants)) {
    const { body } = await listed(tenant)
    t.same(
      body.data.items.map(({ filename }) => filename),
      [server]
    )
  }
  const shared = postgres(urlOf('shared'), { max: 1 })
  const own = postgres(urlOf(of('own').database_name), { max: 1 })
  t.teardown(() => Promise.all([shared.end(), own.end()]))
  t.equal((await shared`select from ${shared(of('shared').database_name)}.documents`).length, 1)
  t.equal((await own`select from documents`).length, 1)
  const here =
    await sql`select datname from pg_database where datname in (${of('own').database_name}, ${of('shared').database_name})`
  t.equal(here.length, 0, 'nothing of them is on the main server')
})

t.test('an import is placed on the chosen server', async (t) => {
  const file = join(dataDir, 'main.tar')
  t.match(await command('scripts/tenants', ['export', of('main').id, '--to', file]), { code: 0 })
  const place = (server: string) => command('scripts/tenants', ['import', file, '--server', server])
  for (const server of ['own', 'shared', 'nowhere'])
    t.match(await place(server), { code: 2, err: /--server must be an open server with room/ })
  await sql`update servers set state = 'open' where name = 'own'`
  t.match(await place('own'), { code: 0, out: /1 documents, 1 files/ })
  await sql`update servers set state = 'draining' where name = 'own'`
  const [imported] = await sql`select server from tenants order by created_at desc limit 1`
  t.equal(imported?.['server'], 'own')
})

t.test('a request that arrives while its tenant is in neither place waits for the new one', async (t) => {
  const { id, database_name: old } = of('shared')
  const shared = postgres(urlOf('shared'), { max: 1 })
  t.teardown(() => shared.end())
  await sql`insert into tenant_moves (tenant_id, from_server, from_place, to_server, to_place, state)
    values (${id}, 'shared', ${old}, 'shared', ${`${old}_g2`}, 'closing')`
  await shared`alter schema ${shared(old)} rename to ${shared(`${old}_g2`)}`
  const waiting = listed(of('shared'))
  await sql`with switched as (delete from tenant_moves where tenant_id = ${id} returning to_place)
    update tenants set database_name = to_place, generation = 2 from switched where id = ${id}`
  t.match(await waiting, { status: 200, body: { data: { items: [{ filename: 'shared' }] } } })
  t.equal((await listed(of('shared'))).status, 200)
})

t.test('a server can be checked before it has a database, and a refused login is reported', async (t) => {
  const check = (server: string) =>
    command('scripts/servers', ['check', 'new'], { TENANT_SERVERS: JSON.stringify({ new: { url: server } }) })
  t.match(await check(urlOf('not_there_yet')), { code: 0, out: /^ok +collation/m, err: '' })
  const stranger = new URL(urlOf('own'))
  stranger.password = 'wrong'
  t.match(await check(stranger.href), {
    code: 2,
    err: /^The server new cannot be reached \(password auth.*TENANT_SERVERS/
  })
})

t.test('a server that is down affects only its tenants', async (t) => {
  process.kill(second.pid, 'SIGKILL')
  await second.exited
  for (const socket of sockets) socket.destroy()
  for (const server of ['own', 'shared'])
    await until(async () => {
      const { status, body } = await listed(of(server))
      return status === 503 && (body as { error?: { code: string } }).error?.code === 'DATABASE_UNAVAILABLE'
    })
  t.equal((await listed(of('main'))).status, 200)
  t.match(await readyWith(url, { database: 'up', tenant_servers: 'down', storage: 'up' }), {
    status: 200,
    body: { status: 'degraded' }
  })
  t.match(await servers('list'), { code: 1, out: /open +shared +schema +1 +0 +1 +no/ })
  t.match(await command('scripts/storage', ['check']), {
    code: 1,
    out: new RegExp(of('main').id),
    err: /^\d tenants were left out: .*shared.* cannot be reached/m
  })
  await second.stop('immediate')
  second = await start()
  for (const server of ['own', 'shared']) await until(async () => (await listed(of(server))).status === 200)
  await until(async () => (await fetch(`${url}/health/ready`)).status === 200)
})
