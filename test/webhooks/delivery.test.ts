import t from 'tap'
import { createTenant, signUp, startApi, uploaded, type Page } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'
import { startWorker } from '../helpers/worker.js'
import { startReceiver } from './receiver.js'

interface Webhook {
  id: string
  url: string
  enabled: boolean
  disabled_reason: string | null
  failing_since: string | null
  secret: string
}
interface Delivery {
  event_id: string
  event_type: string
  state: string
  attempts: number
  status: number | null
  error: string | null
  due_at: string | null
  response: string | null
}

const { config, sql, tenantSql } = await createInstallation(t, {
  WEBHOOK_ALLOW_HTTP: 'true',
  WEBHOOK_ALLOW_NETWORKS: '127.0.0.0/8'
})
const { url } = await startApi(t, config)
const worker = await startWorker(t, config)
const admin = await signUp(url, 'admin')

/** A webhook of a new tenant that sends to a new receiver. */
async function setUp(t: Parameters<typeof startReceiver>[0], given: object = {}) {
  const tenant = await createTenant(admin)
  const receiver = await startReceiver(t)
  const path = `/api/tenants/${tenant.id}/webhooks`
  const created = await admin.send<Webhook>('POST', path, { url: `${receiver.url}/hook`, ...given })
  const webhook = created.body.data
  const at = `${path}/${webhook.id}`
  const deliveries = async (query = '') =>
    (await admin.get<Page<Delivery>>(`${at}/deliveries${query}`)).body.data.items
  const get = async () => (await admin.get<Webhook>(at)).body.data
  const dueNow = () =>
    sql`update webhook_endpoints set due_at = now() where id = ${webhook.id} and leased_until is null`
  return { tenant, receiver, path, at, webhook, deliveries, get, dueNow, db: tenantSql(tenant.database_name) }
}

void t.test('an event is delivered, signed as Standard Webhooks describes', async (t) => {
  const { tenant, receiver, webhook, deliveries } = await setUp(t, { event_types: ['document.uploaded'] })
  const document = await uploaded(admin, tenant.id, 'content')
  await until(async () => receiver.messages.length > 0)
  const [message] = receiver.messages
  t.match(message?.event, {
    type: 'document.uploaded',
    event_type: 'document.uploaded',
    tenant_id: tenant.id
  })
  t.match(message?.event.data, { document_id: document.id })
  if (message !== undefined) t.ok(receiver.verify(message, webhook.secret))
  await until(async () => (await deliveries())[0]?.state === 'delivered')
  t.match(await deliveries(), [{ event_type: 'document.uploaded', attempts: 1, status: 200, error: null }])
  t.match(
    await worker.inject('/metrics').then(({ body }) => body),
    /strongroom_webhook_attempts_total\{outcome="delivered"\} 1/
  )
})
