import { connect } from 'node:net'
import { once } from 'node:events'
import t, { type Test } from 'tap'
import { createTenant, logIn, refused, signUp, signUpMember, startApi, type Answer } from '../helpers/api.js'
import { EventSourceClient } from '../helpers/event-source.js'
import { logEvents, notifyOf, times } from '../helpers/event-log.js'
import { createInstallation } from '../helpers/installation.js'
import { createService } from '../helpers/services-of-tenants.js'
import { until } from '../helpers/until.js'

const { config, sql, tenantSql, configWith } = await createInstallation(t)
// Half of this timeout is the time between two heartbeats.
const { app, url } = await startApi(t, configWith({ CONNECTION_IDLE_TIMEOUT: '10' }))
// A busy machine may need longer than that timeout for an answer.
const admin = await signUp((await startApi(t, config)).url)

/** A tenant with a log that only its test writes to. */
async function world(t: Test, name: string) {
  const tenant = await createTenant(admin, name)
  const db = tenantSql(tenant.database_name)
  const path = `/api/tenants/${tenant.id}/events/stream`
  const log = async (types: string[]) => {
    const ids = await logEvents(db, types, () => ({ ip: '192.0.2.7' }))
    await notifyOf(sql, tenant.id)
    return ids
  }
  const client = (token = admin.token ?? '', reconnects = true) => {
    const source = new EventSourceClient(url + path, token, reconnects)
    t.teardown(() => source.close())
    return source
  }
  return { tenant, db, path, log, client }
}

/** The API's answer to a client that expects a stream. */
async function answerTo(source: EventSourceClient, query = ''): Promise<Answer> {
  const response = await source.connect(query)
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Answer['body']
  }
}

void t.test(
  'events come as they are logged, and a client that reconnects misses and repeats none',
  async (t) => {
    const { log, client } = await world(t, 'resumed')
    const source = client()
    const ids = await log(times(3))
    const response = await source.connect()
    t.match(Object.fromEntries(response.headers), {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no'
    })
    await until(async () => source.received.length === 3)
    ids.push(...(await log(times(2))))
    await until(async () => source.received.length === 5)
    source.close()

    const again = client()
    again.lastEventId = source.lastEventId
    ids.push(...(await log(times(300))))
    await again.connect('?after=latest')
    ids.push(...(await log(times(1))))
    await until(async () => source.received.length + again.received.length === ids.length)
    t.same([...source.ids, ...again.ids], ids)
    t.match(JSON.parse(again.received[0]?.data ?? ''), { cursor: again.received[0]?.id, position: 6 })
    t.equal(again.received[0]?.event, 'document.deleted')
  }
)

void t.test('many clients of one log each get all events that they ask for', async (t) => {
  const { log, client } = await world(t, 'many')
  const sources = Array.from({ length: 20 }, () => client())
  await Promise.all(
    sources.map((source, index) => source.connect(index % 2 === 0 ? '?types=document.uploaded' : ''))
  )
  const ids: string[] = []
  for (let round = 0; round < 20; round++)
    ids.push(...(await log(['document.deleted', 'file.process', 'document.uploaded'])))
  const all = ids.filter((_, index) => index % 3 !== 1)
  const some = ids.filter((_, index) => index % 3 === 2)
  const expected = (index: number) => (index % 2 === 0 ? some : all)
  await until(async () => sources.every((source, index) => source.received.length === expected(index).length))
  for (const [index, source] of sources.entries()) t.same(source.ids, expected(index))
})

void t.test('the cursor of a client advances even if all events are filtered out', async (t) => {
  const { log, client, db } = await world(t, 'moved')
  const source = client()
  await source.connect('?types=document.uploaded')
  await log(times(10))
  await until(async () => /:10$/.test(Buffer.from(source.lastEventId ?? '', 'base64url').toString()))
  t.same(source.received, [])
  await db`update event_state set pruned = 10`
  t.equal((await client().connect()).status, 200)
})

void t.test('requests that may not or cannot be streamed are refused before a stream begins', async (t) => {
  const { tenant, client, path, log } = await world(t, 'refused')
  refused(t, await admin.get(path), 'NOT_ACCEPTABLE')
  for (const accept of ['*/*', 'text/*', 'application/json', 'text/event-stream;q=0']) {
    const headers = { authorization: `Bearer ${String(admin.token)}`, accept }
    t.equal((await fetch(url + path, { headers })).status, 406, accept)
  }
  t.equal((await admin.request('HEAD', path)).status, 405)
  refused(t, await answerTo(client('x')), 'INVALID_TOKEN')
  refused(t, await answerTo(client((await signUp(url)).token)), 'TENANT_NOT_FOUND')
  const { key } = await createService(admin, tenant.id, 'admin', ['documents:read'])
  refused(t, await answerTo(client(key)), 'INSUFFICIENT_SCOPE')
  refused(t, await answerTo(client(), '?after=x'), 'VALIDATION_ERROR', ['/after'])
  const source = client()
  source.lastEventId = 'x'
  refused(t, await answerTo(source), 'VALIDATION_ERROR', ['/last-event-id'])
  await log(times(1))
  source.lastEventId = Buffer.from(`${tenant.id}:0`).toString('base64url')
  refused(t, await answerTo(source), 'CURSOR_EXPIRED')
})

void t.test('a stream ends when its reader loses access', async (t) => {
  const { tenant, path, client, log } = await world(t, 'ended')
  const member = () => signUpMember(url, sql, tenant.id, 'viewer')
  const open = async (token: string, reconnects = false) => {
    const source = client(token, reconnects)
    t.equal((await source.connect()).status, 200)
    return source
  }
  const removed = await member()
  const deactivated = await member()
  const loggedOut = await member()
  const staying = await member()
  const service = await createService(admin, tenant.id, 'viewer', ['events:read'])
  const ending = await Promise.all(
    [removed, deactivated, loggedOut, { token: service.key }].map(({ token }) => open(String(token)))
  )
  const stays = await open(String(staying.token), true)
  await admin.delete(`/api/tenants/${tenant.id}/users/${removed.userId}`)
  await sql`update users set is_active = false where id = ${deactivated.userId}`
  await loggedOut.send('POST', '/api/auth/logout', {})
  await admin.delete(`/api/tenants/${tenant.id}/service-accounts/${service.serviceId}/keys/${service.keyId}`)
  await Promise.all(ending.map(({ ended }) => ended))
  const ids = await log(times(1))
  await until(async () => stays.received.length === 1)
  t.same(stays.ids, ids)
  for (const { received } of ending) t.same(received, [])
  await admin.delete(`/api/tenants/${tenant.id}`)
  await stays.ended
  t.equal((await fetch(url + path)).status, 401)
})

void t.test('a stream shows what the current role of its reader allows', async (t) => {
  const { tenant, client, log } = await world(t, 'demoted')
  const other = await signUpMember(url, sql, tenant.id, 'admin')
  const source = client(other.token)
  await source.connect()
  await log(['audit.log'])
  await until(async () => source.received.length === 1)
  await admin.send('PUT', `/api/tenants/${tenant.id}/users/${other.userId}`, { role: 'viewer' })
  // The next check of the stream comes within 0.2 s; heartbeats come every five seconds.
  const moved = source.lastEventId
  await log(times(1, 'file.process'))
  await until(async () => source.lastEventId !== moved)
  const [, visible] = await log(['audit.log', 'document.deleted'])
  await until(async () => source.received.length >= 2)
  t.same(source.ids.slice(1), [visible])
  const shown = source.received.map(({ data }) => data.includes('192.0.2.7'))
  t.same(shown, [true, false], 'client addresses are shown only to readers of the audit log')
})

void t.test('a stream ends when its access token expires', async (t) => {
  const { tenant } = await world(t, 'expired')
  const short = await startApi(t, configWith({ JWT_ACCESS_TTL: '2' }))
  // On a busy machine a token can expire before its stream opens, so this tries again.
  const opened = async () => {
    const { access_token } = await logIn(short.url, admin.email)
    const source = new EventSourceClient(`${short.url}/api/tenants/${tenant.id}/events/stream`, access_token)
    return (await source.connect()).status === 200 ? source : undefined
  }
  let source = await opened()
  while (source === undefined) source = await opened()
  await source.ended
  t.equal((await source.connect()).status, 401)
})

void t.test('the number of streams is limited per tenant and in total', async (t) => {
  const limits = { STREAMS_PER_TENANT: '2', STREAMS_PER_PROCESS: '3' }
  const { url: small } = await startApi(t, configWith(limits))
  const [one, other, third] = await Promise.all([world(t, 'one'), world(t, 'other'), world(t, 'third')])
  const open = async (path: string) => {
    const source = new EventSourceClient(small + path, admin.token ?? '')
    t.teardown(() => source.close())
    const response = await source.connect()
    return { source, response }
  }
  const opened = await Promise.all([one, one, one, other].map(({ path }) => open(path)))
  t.same(opened.map(({ response }) => response.status).sort(), [200, 200, 200, 503])
  const { response } = await open(third.path)
  t.equal(response.status, 503)
  t.ok(Number(response.headers.get('retry-after')) >= 5)
  t.match(await response.json(), { error: { code: 'TOO_MANY_STREAMS' } })
  opened.at(-1)?.source.close()
  await until(async () => (await open(third.path)).response.status === 200)
  t.ok(true, 'a closed stream makes room')
})

void t.test('a client that does not read holds up no other, and gets everything later', async (t) => {
  /** Undefined if the slow client was cut off before the end, since a busy machine did not confirm its access in time. */
  async function attempt() {
    const { log, client, path } = await world(t, 'slow')
    const { hostname, port } = new URL(url)
    const slow = connect(Number(port), hostname)
    slow.on('error', () => undefined)
    t.teardown(() => slow.destroy())
    await once(slow, 'connect')
    slow.write(
      `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAccept: text/event-stream\r\nAuthorization: Bearer ${String(admin.token)}\r\n\r\n`
    )
    await once(slow, 'readable')
    const source = client()
    await source.connect()
    const ids: string[] = []
    for (let round = 0; round < 20; round++) ids.push(...(await log(times(1_000))))
    await until(async () => source.received.length === ids.length)
    t.same(source.ids, ids)
    let text = ''
    slow.setEncoding('utf8')
    slow.on('data', (chunk: string) => (text += chunk))
    const isAllShown = () => text.includes(String(ids.at(-1)))
    await until(async () => isAllShown() || slow.destroyed)
    const shown = [...text.matchAll(/"event_id":"([\da-f-]{36})"/g)].map(([, id]) => id)
    return isAllShown() ? { ids, shown } : undefined
  }
  let result = await attempt()
  while (result === undefined) result = await attempt()
  const { ids, shown } = result
  // A chunk of the connection may have ended inside an id.
  t.ok(
    shown.length > ids.length - 1_000 && new Set(shown).size === shown.length,
    `${shown.length} of ${ids.length}`
  )
})

void t.test('a stream ends when its client has closed its side of the connection', async (t) => {
  const { path } = await world(t, 'closed')
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  t.teardown(() => socket.destroy())
  // Media types are case-insensitive.
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: a\r\nAccept: Text/Event-Stream\r\nAuthorization: Bearer ${String(admin.token)}\r\n\r\n`
  )
  let text = ''
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  await once(socket, 'data')
  socket.end()
  await once(socket, 'close')
  t.match(text, /^HTTP\/1.1 200 /)
  t.ok(text.endsWith('\r\n0\r\n\r\n'))
})

void t.test('wake-ups resume after their connection is lost', async (t) => {
  const { log, client } = await world(t, 'woken')
  const source = client()
  await source.connect()
  await log(times(1))
  await until(async () => source.received.length === 1)
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'strongroom-streams' and datname = current_database()`
  await log(times(1))
  await until(async () => source.received.length === 2)
  t.ok(true)
})

void t.test('streams have their own metrics, and do not count as cut-off requests', async (t) => {
  const metrics = async () => await (await fetch(`${url}/metrics`)).text()
  const valueOf = (text: string, name: string) =>
    Number(new RegExp(`^${name.replace(/[{}"]/g, '\\$&')} (\\S+)$`, 'm').exec(text)?.[1])
  const { client } = await world(t, 'measured')
  await until(async () => valueOf(await metrics(), 'strongroom_event_streams') === 0)
  const before = await metrics()
  const source = client()
  await source.connect()
  t.equal(valueOf(await metrics(), 'strongroom_event_streams'), 1)
  source.close()
  await until(async () => valueOf(await metrics(), 'strongroom_event_streams') === 0)
  const after = await metrics()
  for (const [name, more] of [
    ['strongroom_event_streams_ended_total{reason="client"}', 1],
    ['strongroom_http_requests_aborted_total', 0]
  ] as const)
    t.equal(valueOf(after, name) - (valueOf(before, name) || 0), more, name)
  t.notMatch(after, /requests_total\{[^}]*events\/stream[^}]*status="200"/)
})

void t.test('streams end when their process stops', async (t) => {
  const { client, log } = await world(t, 'stopped')
  const source = client()
  await source.connect()
  const ids = await log(times(1))
  await until(async () => source.received.length === 1)
  await app.close()
  await source.ended
  t.same(source.ids, ids)
})
