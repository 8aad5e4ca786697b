import { connect, type AddressInfo } from 'node:net'
import t from 'tap'
import { randomUUID } from 'node:crypto'
import { captureLog, Client, createTenant, refused, signUp, startApi, uploaded } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'
import { startWorker } from '../helpers/worker.js'

const TOKEN = 'a-token-for-prometheus'
const { config, configWith } = await createInstallation(t, { SWEEP_INTERVAL: '1' })
const { url } = await startApi(t, config)

/** The value of a series, summed over the processes whose texts are concatenated; undefined if it is missing. */
function valueOf(text: string, series: string): number | undefined {
  const lines = text.split('\n').filter((one) => one.startsWith(`${series} `))
  const values = lines.map((line) => Number(line.slice(series.length + 1)))
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value)
}

t.test('without METRICS_TOKEN anyone may read', async (t) => {
  const response = await fetch(`${url}/metrics`)
  t.equal(response.status, 200)
  t.match(response.headers.get('content-type'), /^text\/plain; version=0\.0\.4/)
  t.match(await response.text(), /^process_cpu_seconds_total \d/m)
})

t.test('with METRICS_TOKEN only its holders may read', async (t) => {
  const guarded = await startApi(t, configWith({ METRICS_TOKEN: TOKEN }))
  const get = (token?: string) => new Client(guarded.url, token).get('/metrics')
  refused(t, await get(), 'NOT_AUTHENTICATED')
  refused(t, await get(`${TOKEN}x`), 'INVALID_TOKEN')
  const answer = await fetch(`${guarded.url}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } })
  t.equal(answer.status, 200)
})

t.test('events are counted from the outbox to the handler, without names or ids', async (t) => {
  const worker = await startWorker(t, config)
  const ada = await signUp(url)
  const tenant = await createTenant(ada)
  const document = await uploaded(ada, tenant.id, 'counted')
  await ada.delete(`/api/tenants/${tenant.id}/documents/${document.id}`)
  const { port } = worker.server.address() as AddressInfo
  const read = async () => {
    const texts = await Promise.all(
      [url, `http://127.0.0.1:${port}`].map(async (base) => (await fetch(`${base}/metrics`)).text())
    )
    return texts.join('\n')
  }
  const handled = 'strongroom_events_handled_total{topic="document.deleted",outcome="handled"}'
  await until(async () => (valueOf(await read(), handled) ?? 0) >= 1)
  await until(async () => valueOf(await read(), 'strongroom_outbox_backlog_events') !== undefined)
  const text = await read()
  t.ok((valueOf(text, 'strongroom_events_published_total{topic="document.uploaded"}') ?? 0) >= 1)
  t.ok((valueOf(text, 'strongroom_event_lag_seconds_count') ?? 0) >= 1)
  await until(async () => /^strongroom_consumer_lag_messages\{topic="audit.log"\} 0$/m.test(await read()))
  for (const name of [tenant.id, tenant.database_name, ada.userId, ada.email]) t.notOk(text.includes(name))
})

t.test('requests are counted by route, method and status, and by no unbounded label', async (t) => {
  const log = captureLog('info')
  const { url } = await startApi(t, config, log.logger)
  const read = async () => (await fetch(`${url}/metrics`)).text()
  const grace = await signUp(url, 'grace')
  const tenant = await createTenant(grace)
  const documents = `/api/tenants/${tenant.id}/documents`
  const first = await uploaded(grace, tenant.id, 'twelve bytes')
  await uploaded(grace, tenant.id, 'twelve bytes')
  refused(t, await grace.upload(tenant.id, ''), 'EMPTY_FILE')
  for (let i = 0; i < 5; i++) await grace.get(`${documents}/${first.id}`)
  // Only our own series: Node's come and go with what the process does.
  const ours = (text: string) => text.split('\n').filter((line) => line.startsWith('strongroom_')).length
  const before = ours(await read())
  for (let i = 0; i < 50; i++) {
    await grace.get(`${documents}/${randomUUID()}`)
    await grace.get(`/api/tenants/${randomUUID()}`)
    await grace.get(`/nowhere/${i}`)
  }
  const text = await read()
  const route = 'method="GET",route="/api/tenants/:tenant_id/documents/:document_id"'
  const values: Record<string, number> = {
    [`strongroom_http_requests_total{${route},status="200"}`]: 5,
    [`strongroom_http_requests_total{${route},status="404"}`]: 50,
    [`strongroom_http_request_seconds_bucket{${route},le="+Inf"}`]: 55,
    [`strongroom_http_request_seconds_count{${route}}`]: 55,
    'strongroom_http_requests_total{method="any",route="unmatched",status="404"}': 50,
    'strongroom_uploads_total{outcome="created"}': 1,
    'strongroom_uploads_total{outcome="deduplicated"}': 1,
    'strongroom_uploads_total{outcome="EMPTY_FILE"}': 1,
    strongroom_upload_bytes_total: 24,
    strongroom_upload_seconds_count: 3,
    'strongroom_uploads_in_flight{state="running"}': 0,
    strongroom_http_requests_in_flight: 1
  }
  for (const [series, value] of Object.entries(values)) t.equal(valueOf(text, series), value, series)
  t.ok((valueOf(text, 'strongroom_access_lookups_total{result="hit"}') ?? 0) > 0)
  const connections = ['idle', 'busy', 'connecting'].map(
    (state) => valueOf(text, `strongroom_database_connections{state="${state}"}`) ?? -1
  )
  t.ok(connections.every((count) => count >= 0))
  t.ok(connections.reduce((sum, count) => sum + count) >= 1)
  t.equal(valueOf(text, 'strongroom_database_waiting_queries'), 0)

  // New routes and statuses add one series for each bucket, whatever was in the URLs.
  const added = ours(text) - before
  t.ok(added < 60, `${added} lines were added by 150 requests`)
  const labels = new Set([...text.matchAll(/[{,](\w+)="/g)].map(([, name]) => name))
  const known = ['le', 'method', 'outcome', 'result', 'route', 'server', 'state', 'status', 'topic']
  const nodes = ['kind', 'major', 'minor', 'patch', 'quantile', 'space', 'type', 'version']
  t.same(
    [...labels].filter((name) => ![...known, ...nodes].includes(String(name))),
    []
  )
  for (const name of [tenant.id, grace.userId, first.id, '/nowhere']) t.notOk(text.includes(name))

  const lines = log.lines.filter(
    ({ msg, route }) => msg === 'request' && String(route).endsWith(':document_id')
  )
  t.equal(lines.length, 55)
  t.match(lines[0], { request_id: String, user_id: grace.userId, tenant_id: tenant.id, status: 200 })
})

t.test('a disconnected client is no longer in flight', async (t) => {
  const { url } = await startApi(t, config)
  const value = async (name: string) => valueOf(await (await fetch(`${url}/metrics`)).text(), name)
  const grace = await signUp(url, 'grace')
  const tenant = await createTenant(grace)
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.write(
    `POST /api/tenants/${tenant.id}/documents?filename=a HTTP/1.1\r\nhost: a\r\n` +
      `authorization: Bearer ${grace.token}\r\ncontent-length: 1000\r\n\r\n`
  )
  await until(async () => (await value('strongroom_uploads_in_flight{state="running"}')) === 1)
  t.equal(await value('strongroom_http_requests_in_flight'), 2)
  socket.destroy()
  await until(async () => (await value('strongroom_http_requests_in_flight')) === 1)
  t.equal(await value('strongroom_http_requests_aborted_total'), 1)
})

t.test('open tenants and their connections are counted', async (t) => {
  const ada = await signUp(url)
  const tenant = await createTenant(ada)
  const read = async () => (await fetch(`${url}/metrics`)).text()
  const before = await read()
  await uploaded(ada, tenant.id, 'opens the tenant')
  const after = await read()
  const rise = (series: string) => Number(valueOf(after, series)) - Number(valueOf(before, series))
  const ofMain = (name: string) => `strongroom_${name}{server="main"}`
  t.equal(rise(ofMain('tenant_opens_total')), 1)
  t.equal(rise(ofMain('tenants_open')), 1)
  t.ok(Number(valueOf(after, ofMain('tenant_connections'))) >= 1)
  for (const quiet of ['failed_opens_total', 'evictions_total', 'waits_total', 'waiting', 'server_down'])
    t.equal(rise(ofMain(`tenant_${quiet}`)), 0, quiet)
  t.equal(valueOf(after, ofMain('tenant_connections_max')), config.tenancy.maxConnections)
})
