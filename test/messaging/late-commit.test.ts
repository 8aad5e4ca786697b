import { randomUUID } from 'node:crypto'
import t from 'tap'
import { createClient } from '../../db/client.js'
import { createDirtyTenantRepository } from '../../db/main/dirty-tenants-repository.js'
import * as tables from '../../db/main/schema.js'
import { defineEventLogRepository } from '../../db/event-log-repository.js'
import { createOutboxes, MARK_DEBOUNCE_MS } from '../../plugins/messaging/outboxes.js'
import { CLEAR_AFTER } from '../../plugins/messaging/publisher.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'
import { fakeProducer, relaysOf } from './relays.js'

/**
 * The worst case for dirty marks, with ages set in the database instead of waiting: an event may commit as late after its
 * tenant's mark as the debounce and the longest work together last, and a sweep must still find it without a nudge.
 */
const { config, sql } = await createInstallation(t)
const client = createClient(config.database.url, { max: 5, applicationName: 'strongroom-test' })
t.teardown(() => client.close())
const dirtyTenants = createDirtyTenantRepository(client)
const eventLog = defineEventLogRepository(tables)(client.sql)
const tenantId = randomUUID()
const marks = async () => (await sql`select 1 from dirty_tenants where tenant_id = ${tenantId}`).length

/** Makes the mark `seconds` old and due to be looked at now, however long the test has taken. */
const age = (seconds: number) =>
  sql`update dirty_tenants set marked_at = now() - make_interval(secs => ${seconds}), look_at = now()
    where tenant_id = ${tenantId}`
/** A minute less than a mark's lifetime. */
const ALIVE = CLEAR_AFTER - 60

t.test('the sweep finds an event that commits as late as possible', async (t) => {
  let time = 0
  const outboxes = createOutboxes(
    dirtyTenants,
    () => undefined,
    () => time
  )
  const { producer, published } = fakeProducer()
  let looks = 0
  const relay = relaysOf(client)(t, producer, {
    withLog: async (id, work) => {
      if (id !== tenantId) return null
      looks++
      return work(eventLog)
    }
  })

  await outboxes.record(tenantId, async () => undefined)
  t.equal(await marks(), 1, 'the mark of an earlier change')
  // Just before the debounce ends, another change relies on that mark and keeps its transaction open.
  time = MARK_DEBOUNCE_MS - 1
  const transaction = await sql.reserve()
  await outboxes.record(tenantId, async () => {
    await transaction`begin`
    await transaction`insert into outbox (event_type, tenant_id, data) values ('file.process', ${tenantId}, ${sql.json({ file_id: randomUUID() })})`
  })
  // After this time the outbox still looks empty, and the mark must stay.
  await age(ALIVE)
  relay.startSweeping()
  await until(async () => looks >= 3)
  await age(ALIVE)
  // Each turn looks three times; the second turn begins once the first one is completely over.
  await until(async () => looks >= 6)
  t.equal(await marks(), 1, 'not cleared')
  await transaction`commit`
  transaction.release()
  await age(ALIVE)
  await until(async () => published.length === 1)
  t.equal(await marks(), 1)

  await age(CLEAR_AFTER)
  await until(async () => (await marks()) === 0)
  t.ok((await eventLog.state('kafka')).drained, 'cleared with nothing left behind')
})

t.test("a mark's lifetime covers the debounce and the longest work", async (t) => {
  const longest = MARK_DEBOUNCE_MS + config.tenancy.poolWaitMs + 2 * 30_000
  t.ok(CLEAR_AFTER * 1000 > longest)
})
