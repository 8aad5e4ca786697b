import { randomUUID } from 'node:crypto'
import { pino } from 'pino'
import t from 'tap'
import { createClient } from '../../db/client.js'
import { createDirtyTenantRepository } from '../../db/main/dirty-tenants-repository.js'
import { outbox as outboxTable } from '../../db/main/schema.js'
import { defineOutboxRepository } from '../../db/outbox-repository.js'
import { createOutboxes, MARK_DEBOUNCE_MS } from '../../plugins/messaging/outboxes.js'
import { CLEAR_AFTER, createRelay } from '../../plugins/messaging/relay.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'

/**
 * The argument of the marks, with the database's clock turned on instead of waited for: an event may commit as
 * late after its tenant's mark as the debounce and the longest work together, and must still be found by a
 * sweep, with nobody to nudge.
 */
const { config, sql } = await createInstallation(t)
const client = createClient(config.database.url, { max: 5, applicationName: 'strongroom-test' })
t.teardown(() => client.close())
const dirtyTenants = createDirtyTenantRepository(client)
const outbox = defineOutboxRepository(outboxTable)(client.sql)
const tenantId = randomUUID()
const marks = async () => (await sql`select 1 from dirty_tenants where tenant_id = ${tenantId}`).length

/** As if the mark had been set so many seconds earlier. */
const age = (seconds: number) =>
  sql`update dirty_tenants set marked_at = marked_at - make_interval(secs => ${seconds}) where tenant_id = ${tenantId}`

t.test('an event that commits as late as it may is found by the sweep', async (t) => {
  let time = 0
  const outboxes = createOutboxes(
    dirtyTenants,
    () => undefined,
    () => time
  )
  const published: string[] = []
  let looks = 0
  const relay = createRelay({
    owner: randomUUID(),
    dirtyTenants,
    withOutbox: async (id, work) => {
      if (id !== tenantId) return null
      looks++
      return work(outbox)
    },
    producer: {
      publish: async (messages) => messages.map(({ value }) => Boolean(published.push(String(value)))),
      status: () => 'up',
      close: async () => undefined
    },
    topicPrefix: '',
    retention: 0,
    onPublished: () => undefined,
    onSetAside: () => undefined,
    log: pino({ level: 'silent' })
  })
  t.teardown(() => relay.close())

  await outboxes.record(tenantId, async () => undefined)
  t.equal(await marks(), 1, 'the mark of an earlier change')
  // Just before the debounce ends another change relies on that mark, and its transaction stays open.
  time = MARK_DEBOUNCE_MS - 1
  const transaction = await sql.reserve()
  await outboxes.record(tenantId, async () => {
    await transaction`begin`
    await transaction`insert into outbox (event_type, tenant_id, data) values ('file.process', ${tenantId}, ${sql.json({ file_id: randomUUID() })})`
  })
  // So long may pass, and a few seconds less than the mark lives: the outbox looks empty, the mark stays.
  await age(CLEAR_AFTER - 5)
  relay.startSweeping()
  // The second look begins when all that follows the first one is over.
  await until(async () => looks >= 2)
  t.equal(await marks(), 1, 'not cleared')
  await transaction`commit`
  transaction.release()
  await until(async () => published.length === 1)
  t.equal(await marks(), 1)

  await age(CLEAR_AFTER)
  await until(async () => (await marks()) === 0)
  t.equal((await outbox.listUnpublished(1, 1000)).length, 0, 'cleared with nothing left behind')
})

t.test('the time that a mark lives covers the debounce and the longest work', async (t) => {
  const longest = MARK_DEBOUNCE_MS + config.tenancy.poolWaitMs + 2 * 30_000
  t.ok(CLEAR_AFTER * 1000 > longest)
})
