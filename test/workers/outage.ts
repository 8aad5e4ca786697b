import type { Test } from 'tap'
import { readEvents } from '../../scripts/events/read-events.js'
import { createTenant, signUp, startApi, uploaded } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'
import { startWorker } from '../helpers/worker.js'
import { startMockCluster } from '../messaging/brokers.js'
import { waitingEvents } from '../helpers/committed-events.js'

/**
 * Kafka hangs while `during` returns true: requests are answered as usual, events wait in the outbox, and afterwards
 * all events are published and handled in order.
 */
export async function brokerOutage(t: Test, during: (uploads: number) => boolean): Promise<void> {
  const cluster = await startMockCluster(t)
  t.teardown(() => cluster.thaw())
  const { config, tenantSql } = await createInstallation(t, { KAFKA_BROKERS: cluster.address })
  const { url } = await startApi(t, config)
  await startWorker(t, config)
  const ada = await signUp(url)
  const tenant = await createTenant(ada)
  const rows = tenantSql(tenant.database_name)
  const waiting = () => waitingEvents(rows)
  const expected: string[] = []
  const upload = async () => expected.push((await uploaded(ada, tenant.id, `number ${expected.length}`)).id)
  await upload()
  await until(async () => (await waiting()) === 0)

  await cluster.freeze()
  while (during(expected.length)) await upload()
  const removed = expected.slice(1, 4)
  for (const id of removed)
    t.equal((await ada.delete(`/api/tenants/${tenant.id}/documents/${id}`)).status, 200)
  t.ok((await waiting()) > expected.length, 'the events wait')
  const health = await ada.get<{ status: string }>('/health/live')
  t.equal(health.status, 200)

  cluster.thaw()
  await until(async () => (await waiting()) === 0)
  const [seen, deleted]: [string[], string[]] = [[], []]
  for await (const { event } of readEvents({
    brokers: cluster.address,
    topicPrefix: config.kafka.topicPrefix
  })) {
    if (event.event_type === 'document.uploaded') seen.push(event.data.document_id)
    if (event.event_type === 'document.deleted') deleted.push(event.data.document_id)
    if (new Set(seen).size === expected.length && new Set(deleted).size === removed.length) break
  }
  t.same([...new Set(seen)], expected, 'all events, with first deliveries in order')
  t.same([...new Set(deleted)], removed)
  await until(async () => (await rows`select 1 from files`).length === expected.length - removed.length)
}
