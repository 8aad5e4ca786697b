import { randomUUID } from 'node:crypto'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import type { StrongroomEvent } from '../../core/events.js'
import { createClient } from '../../db/client.js'
import { defineEventLogRepository } from '../../db/event-log-repository.js'
import { createDirtyTenantRepository, MAIN_OUTBOX } from '../../db/main/dirty-tenants-repository.js'
import * as tables from '../../db/main/schema.js'
import { createLogHandling } from '../../plugins/messaging/log-handling.js'
import { PermanentError } from '../../plugins/messaging/permanent-error.js'
import { TOPICS } from '../../plugins/messaging/topics.js'
import { waitingEvents } from '../helpers/committed-events.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'
import { createGate } from './brokers.js'

const { config, sql } = await createInstallation(t)
const client = createClient(config.database.url, { max: 10, applicationName: 'strongroom-test' })
t.teardown(() => client.close())
const eventLog = defineEventLogRepository(tables)(client.sql)
const retry = { attempts: 3, baseMs: 1, maxMs: 5, timeoutMs: 60_000, outageMs: 0 }

/** A worker with this handler; `done` collects the numbers of the handled events. */
function startWorker(
  t: Test,
  handle: (event: StrongroomEvent, n: number) => Promise<void> = async () => undefined,
  anyOrder: ReadonlySet<string> = new Set()
) {
  const done: number[] = []
  const handling = createLogHandling({
    owner: randomUUID(),
    dirtyTenants: createDirtyTenantRepository(client),
    withLog: (_outbox, work) => work(eventLog),
    types: TOPICS,
    handle: async (event) => {
      const n = (event.data as { details?: { n: number } }).details?.n ?? -1
      await handle(event, n)
      done.push(n)
    },
    concurrency: 4,
    anyOrder,
    onDone: () => undefined,
    log: pino({ level: 'silent' }),
    retry
  })
  t.teardown(() => handling.close())
  return { handling, done }
}

/** Writes events with these numbers and takes them into the log. */
async function write(...numbers: number[]): Promise<void> {
  for (const n of numbers) {
    const data = { action: 'test', target: { type: 'x', id: 'x' }, details: { n } }
    await sql`insert into outbox (event_type, data) values ('audit.log', ${sql.json(data)})`
  }
  await eventLog.take(500)
}
const writeOther = async () => {
  await sql`insert into outbox (event_type, tenant_id, data) values ('tenant.deleted', ${randomUUID()}, '{}')`
  await eventLog.take(500)
}
const allDone = () => until(async () => (await waitingEvents(sql)) === 0)

t.beforeEach(async () => {
  await sql`truncate outbox, events, events_refused, event_cursors, dirty_tenants`
  await sql`update event_state set last = 0, published = 0, pruned = 0`
})

t.test('events are handled in order and once, and handling resumes after a restart', async (t) => {
  const first = startWorker(t)
  const numbers = Array.from({ length: 50 }, (_number, index) => index + 1)
  await write(...numbers)
  first.handling.ask(MAIN_OUTBOX)
  await allDone()
  t.same(first.done, numbers)
  await first.handling.close()
  await write(51)
  const second = startWorker(t)
  second.handling.ask(MAIN_OUTBOX)
  await allDone()
  t.same(second.done, [51])
})

t.test('a slow handler holds up no other, but the published position waits for it', async (t) => {
  const gate = createGate()
  const { handling, done } = startWorker(t, async (event) => {
    if (event.event_type === 'audit.log') await gate.opened
  })
  await write(1)
  await writeOther()
  handling.ask(MAIN_OUTBOX)
  await until(async () => done.length === 1)
  t.same(done, [-1], 'the other type')
  t.equal(await waitingEvents(sql), 2)
  gate.open()
  await allDone()
  t.same(done, [-1, 1])
})

t.test(
  'a failing event is retried, then set aside for its handler, and can be tried again later',
  async (t) => {
    let broken = true
    let tries = 0
    const { handling, done } = startWorker(t, async (_event, n) => {
      if (n !== 2 || !broken) return
      tries += 1
      throw new Error('no room')
    })
    await write(1, 2, 3)
    handling.ask(MAIN_OUTBOX)
    await allDone()
    t.equal(tries, retry.attempts)
    t.same(done, [1, 3])
    t.match(await eventLog.refused.list(10), [{ position: 2, consumer: 'audit.log', error: 'no room' }])
    broken = false
    await eventLog.refused.retry({})
    handling.ask(MAIN_OUTBOX)
    await until(async () => (await eventLog.refused.list(10)).length === 0)
    t.same(done, [1, 3, 2])
  }
)

t.test('events whose order does not matter are handled at once, and a failed one is set aside', async (t) => {
  const gate = createGate()
  const started: number[] = []
  const handle = async (_event: StrongroomEvent, n: number) => {
    started.push(n)
    await gate.opened
    if (n === 2) throw new PermanentError('never')
  }
  const { handling, done } = startWorker(t, handle, new Set(['audit.log']))
  const numbers = Array.from({ length: 20 }, (_number, index) => index + 1)
  await write(...numbers)
  handling.ask(MAIN_OUTBOX)
  await until(async () => Promise.resolve(started.length === 20))
  t.equal(await waitingEvents(sql), 20)
  gate.open()
  await allDone()
  t.same(
    done,
    numbers.filter((n) => n !== 2)
  )
  t.match(await eventLog.refused.list(10), [{ position: 2, error: 'never' }])
})

t.test('an event that fails permanently is set aside at once', async (t) => {
  let tries = 0
  const { handling } = startWorker(t, () => {
    tries += 1
    return Promise.reject(new PermanentError('never'))
  })
  await sql`insert into outbox (event_type, data) values ('audit.log', '{"no": "entry"}')`
  await write(1)
  handling.ask(MAIN_OUTBOX)
  await allDone()
  t.equal(tries, 1)
  t.match(await eventLog.refused.list(10), [{ error: /\/data/ }, { error: 'never' }])
})

t.test('two workers share the work, and each event is handled by one of them', async (t) => {
  const workers = [startWorker(t), startWorker(t)]
  for (let n = 1; n <= 40; n++) {
    await write(n)
    for (const { handling } of workers) handling.ask(MAIN_OUTBOX)
  }
  // A worker that finds the cursor leased leaves the events to its next look, which is otherwise the sweep's.
  await until(async () => {
    for (const { handling } of workers) handling.ask(MAIN_OUTBOX)
    return (await waitingEvents(sql)) === 0
  })
  const all = workers.flatMap(({ done }) => done)
  t.equal(all.length, 40)
  t.equal(new Set(all).size, 40)
})

t.test(
  'another worker takes over when the lease of a killed one ends, and repeats only unrecorded events',
  async (t) => {
    await write(1, 2, 3)
    const dead = randomUUID()
    t.equal(await eventLog.cursors.claim('audit.log', dead, 60), 0)
    t.ok(await eventLog.cursors.save('audit.log', dead, 1, 60))
    const { handling, done } = startWorker(t)
    handling.ask(MAIN_OUTBOX)
    t.equal(await eventLog.cursors.claim('audit.log', randomUUID(), 60), null, 'leased')
    await sql`update event_cursors set leased_until = now() - interval '1 second'`
    await until(async () => {
      handling.ask(MAIN_OUTBOX)
      return (await waitingEvents(sql)) === 0
    })
    t.same(done, [2, 3])
    t.notOk(await eventLog.cursors.save('audit.log', dead, 3, 60), 'the killed worker has lost the lease')
  }
)

t.test('a handler that was fed by Kafka before continues after the published events', async (t) => {
  await write(1, 2, 3)
  await eventLog.settle(2, [])
  const { handling, done } = startWorker(t)
  handling.ask(MAIN_OUTBOX)
  await allDone()
  t.same(done, [3])
})
