import { randomUUID } from 'node:crypto'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { createClient } from '../../db/client.js'
import { createDirtyTenantRepository, MAIN_OUTBOX } from '../../db/main/dirty-tenants-repository.js'
import { outbox as outboxTable } from '../../db/main/schema.js'
import { defineOutboxRepository } from '../../db/outbox-repository.js'
import type { EventProducer, OutgoingMessage } from '../../plugins/messaging/kafka-producer.js'
import { createRelay } from '../../plugins/messaging/relay.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'

const { config, sql } = await createInstallation(t)
const client = createClient(config.database.url, { max: 10, applicationName: 'strongroom-test' })
t.teardown(() => client.close())
const dirtyTenants = createDirtyTenantRepository(client)
const outbox = defineOutboxRepository(outboxTable)(client.sql)
const log = pino({ level: 'silent' })

/** A broker that takes what `accepts` says, and remembers it in order. */
function fakeProducer(accepts: (message: OutgoingMessage) => boolean = () => true) {
  const published: string[] = []
  let down = false
  const producer: EventProducer = {
    publish: async (messages) =>
      messages.map((message) => {
        if (down || !accepts(message)) return false
        published.push((JSON.parse(String(message.value)) as { data: { n: string } }).data.n)
        return true
      }),
    status: () => 'up',
    close: async () => undefined
  }
  return { producer, published, setDown: (value: boolean) => (down = value) }
}

function startRelay(t: Test, producer: EventProducer, retention = 0) {
  const relay = createRelay({
    owner: randomUUID(),
    dirtyTenants,
    withOutbox: (_outbox, work) => work(outbox),
    producer,
    topicPrefix: '',
    retention,
    onPublished: () => undefined,
    onSetAside: () => undefined,
    log
  })
  t.teardown(() => relay.close())
  return relay
}

/** Writes events numbered from `first`, each in a transaction of its own. */
async function write(count: number, first = 1): Promise<void> {
  for (let n = first; n < first + count; n++) {
    await sql`insert into outbox (event_type, tenant_id, data) values ('audit.log', ${randomUUID()}, ${sql.json({ n: String(n) })})`
  }
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => String(index + 1))
const left = async () => (await sql<{ event_id: string }[]>`select event_id from outbox`).length

t.beforeEach(async () => {
  await sql`truncate outbox, dirty_tenants`
})

t.test('a nudge publishes what is there, in order, and deletes it', async (t) => {
  const { producer, published } = fakeProducer()
  await write(20)
  startRelay(t, producer).nudge(MAIN_OUTBOX)
  await until(async () => (await left()) === 0)
  t.same(published, numbers(20))
})

t.test('events the broker did not accept stay and are sent later, without a nudge', async (t) => {
  const { producer, published, setDown } = fakeProducer()
  setDown(true)
  await write(3)
  startRelay(t, producer).nudge(MAIN_OUTBOX)
  await until(async () => (await sql`select 1 from dirty_tenants where leased_by is null`).length === 1)
  t.equal(await left(), 3)
  setDown(false)
  await until(async () => (await left()) === 0)
  t.same(published, numbers(3))
})

t.test('two relays never work on one outbox at the same time', async (t) => {
  let inside = 0
  let most = 0
  const { producer, published } = fakeProducer()
  const slow: EventProducer = {
    ...producer,
    publish: async (messages) => {
      inside += 1
      most = Math.max(most, inside)
      await new Promise((resolve) => setImmediate(resolve))
      inside -= 1
      return producer.publish(messages)
    }
  }
  const relays = [startRelay(t, slow), startRelay(t, slow), startRelay(t, slow)]
  for (let n = 1; n <= 30; n++) {
    await write(1, n)
    for (const relay of relays) relay.nudge(MAIN_OUTBOX)
  }
  await until(async () => (await left()) === 0)
  t.equal(most, 1)
  t.same(published, numbers(30))
})

t.test(
  'the sweep finds events that nobody was nudged about, and a lease that its owner left behind',
  async (t) => {
    const { producer, published } = fakeProducer()
    await write(2)
    await dirtyTenants.acquire(MAIN_OUTBOX, randomUUID(), 0)
    startRelay(t, producer).startSweeping()
    await until(async () => (await left()) === 0)
    t.same(published, numbers(2))
  }
)

t.test('a mark is cleared only when it is old and the outbox was seen empty', async (t) => {
  const [fresh, old] = [randomUUID(), randomUUID()]
  await sql`insert into dirty_tenants (tenant_id, marked_at) values (${fresh}, now()), (${old}, now() - interval '1 day')`
  startRelay(t, fakeProducer().producer).startSweeping()
  await until(async () => (await sql`select 1 from dirty_tenants where tenant_id = ${old}`).length === 0)
  t.equal((await sql`select 1 from dirty_tenants where tenant_id = ${fresh}`).length, 1)
})

t.test('with a retention delivered events are kept, and can be published again', async (t) => {
  const { producer, published } = fakeProducer()
  await write(2)
  startRelay(t, producer, 3600).nudge(MAIN_OUTBOX)
  await until(async () => (await outbox.listUnpublished(10, 1000)).length === 0)
  t.equal(await left(), 2)
  t.equal(await outbox.reset(), 2)
  startRelay(t, producer, 3600).nudge(MAIN_OUTBOX)
  await until(async () => published.length === 4)
  t.same(published, [...numbers(2), ...numbers(2)])
})
