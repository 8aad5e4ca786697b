import type { AddressInfo } from 'node:net'
import t from 'tap'
import { Client, createTenant, refused, signUp, startApi, uploaded } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'
import { startWorker } from '../helpers/worker.js'

const TOKEN = 'a-token-for-prometheus'
const { config, configWith } = await createInstallation(t, { SWEEP_INTERVAL: '1' })
const { url } = await startApi(t, config)

/** The value of a series, summed over the processes whose texts these are; undefined when it is not there. */
function valueOf(text: string, series: string): number | undefined {
  const lines = text.split('\n').filter((one) => one.startsWith(`${series} `))
  const values = lines.map((line) => Number(line.slice(series.length + 1)))
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value)
}

t.test('without a token anyone may read', async (t) => {
  const response = await fetch(`${url}/metrics`)
  t.equal(response.status, 200)
  t.match(response.headers.get('content-type'), /^text\/plain; version=0\.0\.4/)
  t.match(await response.text(), /^process_cpu_seconds_total \d/m)
})

t.test('with a token only those who have it', async (t) => {
  const guarded = await startApi(t, configWith({ METRICS_TOKEN: TOKEN }))
  const get = (token?: string) => new Client(guarded.url, token).get('/metrics')
  refused(t, await get(), 'NOT_AUTHENTICATED')
  refused(t, await get(`${TOKEN}x`), 'INVALID_TOKEN')
  const answer = await fetch(`${guarded.url}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } })
  t.equal(answer.status, 200)
})

t.test('events are counted from the outbox to the handler, and nobody is named', async (t) => {
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

t.test('the pools of tenants', async (t) => {
  const ada = await signUp(url)
  const tenant = await createTenant(ada)
  const read = async () => (await fetch(`${url}/metrics`)).text()
  const before = await read()
  await uploaded(ada, tenant.id, 'opens the tenant')
  const after = await read()
  const rise = (series: string) => Number(valueOf(after, series)) - Number(valueOf(before, series))
  t.equal(rise('strongroom_tenant_opens_total'), 1)
  t.equal(rise('strongroom_tenant_pools_open'), 1)
  for (const quiet of ['failed_opens_total', 'evictions_total', 'waits_total', 'waiting'])
    t.equal(rise(`strongroom_tenant_${quiet}`), 0, quiet)
  t.equal(valueOf(after, 'strongroom_tenant_connections_max'), config.tenancy.maxConnections)
})
