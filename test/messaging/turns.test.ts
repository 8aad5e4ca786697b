import { pino } from 'pino'
import t from 'tap'
import type { EventLogRepository } from '../../db/event-log-repository.js'
import type { StoredEvent } from '../../db/stored-event.js'
import { createPublisher } from '../../plugins/messaging/publisher.js'
import { BATCH, createRelay, type WithLog } from '../../plugins/messaging/relay.js'
import { createTurns } from '../../plugins/messaging/turns.js'
import { until } from '../helpers/until.js'
import { fakeProducer } from './relays.js'

const log = pino({ level: 'silent' })
/** Outboxes with long backlogs: as many as are worked on concurrently. */
const NOISY = Array.from({ length: 8 }, (_, index) => `noisy ${index}`)
const TURNS = 20
const logsAreComplete = async () => true

/** Logs that return full batches `TURNS` times, and one with a single event; `order` lists the requests. */
function createLogs() {
  const left = new Map<string, number>(NOISY.map((name) => [name, TURNS]))
  const order: string[] = []
  const nextBatch = async (outbox: string): Promise<number> => {
    order.push(outbox)
    await new Promise((resolve) => setImmediate(resolve))
    if (outbox === 'quiet') return 1
    const turns = left.get(outbox) ?? 0
    left.set(outbox, turns - 1)
    return turns > 0 ? BATCH : 0
  }
  return { order, nextBatch, isDone: () => [...left.values()].every((turns) => turns <= 0) }
}

t.test('outboxes with long backlogs leave turns to others', async (t) => {
  const { order, nextBatch, isDone } = createLogs()
  const withLog: WithLog = (outbox, work) =>
    work({ take: () => nextBatch(outbox) } as unknown as EventLogRepository)
  const relay = createRelay({
    dirtyTenants: { claimLooks: async () => [] },
    ...{ withLog, logsAreComplete, log },
    work: { ask: () => undefined, close: async () => undefined },
    onTurn: () => undefined
  })
  for (const outbox of [...NOISY, 'quiet']) relay.nudge(outbox)
  await until(async () => isDone())
  t.ok(order.indexOf('quiet') < 2 * NOISY.length, 'within one round')
  t.equal(order.length, NOISY.length * (TURNS + 1) + 1, 'no backlog is left')
  await relay.close()
})

t.test('logs with long backlogs leave turns to others', async (t) => {
  const { order, nextBatch, isDone } = createLogs()
  // Unacceptable events are set aside, which exercises all steps of a turn.
  const unacceptable = { data: null, position: 1 } as unknown as StoredEvent
  const withLog: WithLog = (outbox, work) =>
    work({
      listUnpublished: async () => Array.from({ length: await nextBatch(outbox) }, () => unacceptable),
      settle: async () => undefined,
      state: async () => ({ drained: true, retry: false })
    } as unknown as EventLogRepository)
  const publisher = createPublisher({
    owner: 'this process',
    dirtyTenants: {
      acquire: async () => ({ outcome: 'acquired' }),
      release: async () => undefined,
      clear: async () => undefined
    },
    ...{ withLog, logsAreComplete, log },
    producer: fakeProducer().producer,
    toMessage: () => {
      throw new Error('not reached')
    },
    onPublished: () => undefined,
    onRefused: () => undefined
  })
  for (const outbox of [...NOISY, 'quiet']) publisher.ask(outbox)
  await until(async () => isDone())
  t.ok(order.indexOf('quiet') < 2 * NOISY.length, 'within one round')
  await publisher.close()
})

t.test('a key rests after a turn, unless the turn left more', async (t) => {
  const order: string[] = []
  const turns = createTurns({
    concurrency: 2,
    // Longer than the test lasts.
    restMs: 600_000,
    retryMs: 1,
    onError: (error) => t.error(error),
    work: async (key) => {
      order.push(key)
      return key === 'long' && order.filter((one) => one === 'long').length < 3 ? 'more' : 'done'
    }
  })
  turns.ask('busy')
  await until(() => order.length === 1)
  for (let n = 0; n < 5; n++) {
    turns.ask('busy')
    await new Promise((resolve) => setImmediate(resolve))
  }
  turns.ask('long')
  await until(() => order.length === 4)
  t.same(order, ['busy', 'long', 'long', 'long'])
  await turns.close()
})

t.test('of several moments for a key, the earliest counts', async (t) => {
  const LONG = 600_000
  const order: string[] = []
  const turns = createTurns({
    concurrency: 1,
    retryMs: LONG,
    onError: () => undefined,
    work: async (key) => {
      order.push(key)
      if (order.length === 1) throw new Error('tried again after the test')
    }
  })
  turns.ask('failed')
  await until(() => order.length === 1)
  await new Promise((resolve) => setImmediate(resolve))
  turns.askLater('failed', 1)
  turns.askLater('failed', LONG)
  await until(() => order.length === 2)
  t.same(order, ['failed', 'failed'])
  await turns.close()
})
