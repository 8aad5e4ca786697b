import t from 'tap'
import { createTenant, signUp, startApi, uploaded } from '../helpers/api.js'
import { waitingEvents } from '../helpers/committed-events.js'
import { createInstallation } from '../helpers/installation.js'
import { readyWith } from '../helpers/readiness.js'
import { until } from '../helpers/until.js'
import { startWorker } from '../helpers/worker.js'

const { configWith, sql, tenantSql } = await createInstallation(t)
const config = configWith({ EVENTS: 'internal', KAFKA_BROKERS: '' })
const { url } = await startApi(t, config)
await startWorker(t, config)
const ada = await signUp(url)

t.test('without Kafka, changes have all their effects', async (t) => {
  const tenant = await createTenant(ada)
  const db = tenantSql(tenant.database_name)
  const kept = await uploaded(ada, tenant.id, 'kept')
  const gone = await uploaded(ada, tenant.id, 'gone')
  await ada.delete(`/api/tenants/${tenant.id}/documents/${gone.id}`)
  await until(async () => (await waitingEvents(db)) === 0 && (await waitingEvents(sql)) === 0)
  t.same([...(await db`select id, verification from files`)], [{ id: kept.file_id, verification: 'intact' }])
  const entries = await sql<{ action: string }[]>`
    select action from audit_log where tenant_id = ${tenant.id} order by action`
  t.same(
    entries.map(({ action }) => action),
    ['document.created', 'document.created', 'document.deleted', 'tenant.created']
  )
  t.same([...(await db`select * from events_refused`)], [])
})

t.test('without Kafka, readiness needs no broker, and there are no demo routes', async (t) => {
  t.match(await readyWith(url, { database: 'up', storage: 'up' }), { body: { status: 'ready' } })
  t.equal((await ada.get('/api/demo/kafka/consume')).status, 404)
})
