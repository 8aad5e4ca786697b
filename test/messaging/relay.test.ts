import { randomUUID } from 'node:crypto'
import t from 'tap'
import { createClient } from '../../db/client.js'
import { defineEventLogRepository } from '../../db/event-log-repository.js'
import { MAIN_OUTBOX } from '../../db/main/dirty-tenants-repository.js'
import * as tables from '../../db/main/schema.js'
import type { EventProducer } from '../../plugins/messaging/kafka-producer.js'
import { waitingEvents } from '../helpers/committed-events.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'
import { fakeProducer, numberOf, relaysOf } from './relays.js'

const { config, sql } = await createInstallation(t)
const client = createClient(config.database.url, { max: 10, applicationName: 'strongroom-test' })
t.teardown(() => client.close())
const eventLog = defineEventLogRepository(tables)(client.sql)
const startRelay = relaysOf(client)

/** Writes events numbered from `first`, each in its own transaction. */
async function write(count: number, first = 1): Promise<void> {
  for (let n = first; n < first + count; n++) {
    await sql`insert into outbox (event_type, tenant_id, data) values ('audit.log', ${randomUUID()}, ${sql.json({ n: String(n) })})`
  }
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => String(index + 1))
const left = () => waitingEvents(sql)
/** The numbers of the events in the log, in order. */
const logged = async () =>
  (await sql<{ n: string }[]>`select data ->> 'n' as n from events order by position`).map(({ n }) => n)
const positions = async () =>
  (await sql<{ position: number }[]>`select position::int from events order by position`).map(
    (row) => row.position
  )

t.beforeEach(async () => {
  await sql`truncate outbox, events, events_refused, dirty_tenants`
  await sql`update event_state set last = 0, published = 0, pruned = 0`
})

t.test('a nudge publishes the waiting events in order, and empties the outbox', async (t) => {
  const { producer, published } = fakeProducer()
  await write(20)
  startRelay(t, producer).nudge(MAIN_OUTBOX)
  await until(async () => (await left()) === 0)
  t.same(published, numbers(20))
})

t.test('events that the broker did not accept are kept and sent later, without a nudge', async (t) => {
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

t.test('the sweep finds events without a nudge, and under a lease that its owner left behind', async (t) => {
  const { producer, published } = fakeProducer()
  await write(2)
  await sql`insert into dirty_tenants (tenant_id, leased_by, leased_until) values (${MAIN_OUTBOX}, ${randomUUID()}, now())`
  startRelay(t, producer).startSweeping()
  await until(async () => (await left()) === 0)
  t.same(published, numbers(2))
})

t.test('a mark is cleared only when it is old and the outbox was seen empty', async (t) => {
  const [fresh, old] = [randomUUID(), randomUUID()]
  await sql`insert into dirty_tenants (tenant_id, marked_at) values (${fresh}, now()), (${old}, now() - interval '1 day')`
  startRelay(t, fakeProducer().producer).startSweeping()
  await until(async () => (await sql`select 1 from dirty_tenants where tenant_id = ${old}`).length === 0)
  t.equal((await sql`select 1 from dirty_tenants where tenant_id = ${fresh}`).length, 1)
})

t.test('overlapping takes give every event one position, without gaps and in order', async (t) => {
  const takers = Array.from({ length: 4 }, () => eventLog)
  let writing = true
  const taking = Promise.all(
    takers.map(async (taker) => {
      while (writing || (await sql`select from outbox limit 1`).length > 0) await taker.take(7)
    })
  )
  // Some transactions roll back, which leaves gaps in the outbox's sequence.
  for (let n = 1; n <= 150; n++) {
    await write(1, n)
    if (n % 5 > 0) continue
    await sql
      .begin(async (transaction) => {
        await transaction`insert into outbox (event_type, data) values ('audit.log', '{}')`
        throw new Error('rolled back')
      })
      .catch(() => undefined)
  }
  writing = false
  await taking
  t.same(await logged(), numbers(150))
  t.same(await positions(), numbers(150).map(Number))
})

t.test(
  'an event that Kafka refuses is sent once more on its own, and then set aside with the reason',
  async (t) => {
    let tries = 0
    const { producer, published } = fakeProducer((message) => {
      if (numberOf(message) !== '2') return 'delivered'
      tries += 1
      return 'refused'
    })
    await write(3)
    const relay = startRelay(t, producer)
    relay.nudge(MAIN_OUTBOX)
    await until(async () => (await left()) === 0)
    t.same(published, ['1', '3'])
    t.equal(tries, 2)
    t.match(await eventLog.refused.list(10), [{ position: 2, consumer: 'kafka', error: /refuses/ }])
    await eventLog.prune(-60)
    t.same(await logged(), ['2'], 'a refused event is not pruned')

    t.equal(await eventLog.refused.retry({ position: 2 }), 1)
    relay.nudge(MAIN_OUTBOX)
    await until(async () => !(await eventLog.state('kafka')).retry)
    t.equal(tries, 4, 'tried again')
    t.equal((await eventLog.refused.list(10)).length, 1, 'refused again')
    t.equal(await eventLog.refused.remove({}), 1)
    t.same(await logged(), [], 'its event goes too, since pruning has passed it')
  }
)

t.test('a refused event is published once Kafka takes it', async (t) => {
  let limit = true
  const { producer, published } = fakeProducer(() => (limit ? 'refused' : 'delivered'))
  await write(2)
  const relay = startRelay(t, producer)
  relay.nudge(MAIN_OUTBOX)
  await until(async () => (await left()) === 0)
  limit = false
  t.equal(await eventLog.refused.retry({}), 2)
  relay.nudge(MAIN_OUTBOX)
  await until(async () => (await eventLog.refused.list(10)).length === 0)
  t.same(published, numbers(2))
  t.same(await logged(), numbers(2), 'still in the log')
})

t.test('a blocked event holds up the cursor, and the others are not repeated meanwhile', async (t) => {
  let blocked = true
  let attempts = 0
  const { producer, published } = fakeProducer((message) => {
    if (numberOf(message) !== '2' || !blocked) return 'delivered'
    attempts += 1
    return 'unknown'
  })
  await write(4)
  startRelay(t, producer).nudge(MAIN_OUTBOX)
  await until(async () => attempts >= 2)
  t.equal(await left(), 3)
  blocked = false
  await until(async () => (await left()) === 0)
  t.same(published, ['1', '3', '4', '2'])
})

t.test('until all processes write the log, events are taken only under the lease', async (t) => {
  const { producer, published } = fakeProducer()
  await sql`insert into dirty_tenants (tenant_id, leased_by, leased_until)
    values (${MAIN_OUTBOX}, ${randomUUID()}, now() + interval '1 hour')`
  await write(2)
  const relay = startRelay(t, producer, { complete: false })
  const looked = async () => {
    relay.nudge(MAIN_OUTBOX)
    await until(async () => (await sql`select from dirty_tenants`).length === 1)
  }
  await looked()
  t.same(await logged(), [], 'an earlier version holds the lease and may be publishing them')
  await sql`update dirty_tenants set leased_until = now()`
  relay.nudge(MAIN_OUTBOX)
  await until(async () => (await left()) === 0)
  t.same(published, numbers(2))
})

t.test('pruning removes the oldest events first, and never unpublished ones', async (t) => {
  await write(6)
  await eventLog.take(10)
  await eventLog.settle(4, [])
  await sql`update events set logged_at = now() - interval '1 day' where position in (1, 2, 4, 5)`
  t.equal(await eventLog.prune(3600), 2)
  t.same(await positions(), [3, 4, 5, 6])
  t.match(await sql`select pruned::int from event_state`, [{ pruned: 2 }])
  t.equal(await eventLog.prune(-60), 2, 'up to the published position')
  t.same(await positions(), [5, 6])
})

t.test('events that the log still holds can be published again', async (t) => {
  const { producer, published } = fakeProducer()
  await write(3)
  const relay = startRelay(t, producer)
  relay.nudge(MAIN_OUTBOX)
  await until(async () => (await left()) === 0)
  t.equal(await eventLog.rewind(), 3)
  relay.nudge(MAIN_OUTBOX)
  await until(async () => (await left()) === 0)
  t.same(published, [...numbers(3), ...numbers(3)])
})

t.test(
  'events that the last release kept in its outbox can be published again, and are logged',
  async (t) => {
    const { producer, published } = fakeProducer()
    await write(2)
    await sql`update outbox set published_at = now()`
    await write(1, 3)
    t.equal(await eventLog.rewind(), 2)
    startRelay(t, producer).nudge(MAIN_OUTBOX)
    await until(async () => (await left()) === 0)
    t.same([...published].sort(), numbers(3))
    t.same((await logged()).sort(), numbers(3))
  }
)

t.test('events that were deleted from the log by hand do not keep the mark for ever', async (t) => {
  const { producer } = fakeProducer()
  await write(3)
  await eventLog.take(10)
  await sql`delete from events`
  startRelay(t, producer).nudge(MAIN_OUTBOX)
  await until(async () => (await eventLog.state('kafka')).drained)
  t.equal(await left(), 0)
})
