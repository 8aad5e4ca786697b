import fp from 'fastify-plugin'
import type { Config } from '../core/config/config.js'
import { backoff } from '../plugins/messaging/backoff.js'
import { sleep } from '../core/concurrency/sleep.js'
import { createDeadLetterPublisher } from '../plugins/messaging/dead-letters.js'
import { parseEvent } from '../plugins/messaging/event.js'
import type { EventMetrics } from '../plugins/messaging/event-metrics.js'
import { createConsumer, type IncomingMessage } from '../plugins/messaging/kafka-consumer.js'
import type { EventProducer } from '../plugins/messaging/kafka-producer.js'
import { ensureTopics, TOPICS } from '../plugins/messaging/topics.js'
import type { MainDatabase } from '../plugins/database.js'
import type { TenancyAdapter } from '../plugins/tenancy/adapter.js'
import { createHandlers } from './handlers/index.js'

/** Keys handled at the same time; events of one key are handled in sequence. */
export const CONCURRENCY = 8
/** Milliseconds between attempts to reach a broker for the topics. */
const TOPICS_BASE_MS = 500
const TOPICS_MAX_MS = 5_000

/** Consumes every topic and passes each event to the handler of its type; types without a handler are skipped. */
export default fp(
  async (app) => {
    const { kafka, shutdown } = app.getDecorator<Config>('config')
    const { tenants } = app.getDecorator<MainDatabase>('database')
    const log = app.log.child({ component: 'consumer' })
    const tenancy = app.getDecorator<TenancyAdapter>('tenancy')
    const handlers = createHandlers({ services: app.services, tenants, tenancy, log })

    const metrics = app.getDecorator<EventMetrics>('eventMetrics')
    const committedAt = new WeakMap<IncomingMessage, string>()

    const consumer = createConsumer({
      ...kafka,
      clientId: 'strongroom-worker',
      topics: [...TOPICS],
      concurrency: CONCURRENCY,
      handle: async (message) => {
        const event = parseEvent(message.value)
        await handlers[event.event_type]?.(event)
        committedAt.set(message, event.timestamp)
      },
      onDone: (message, outcome) => metrics.handled(message.topic, outcome, committedAt.get(message)),
      deadLetter: createDeadLetterPublisher(app.getDecorator<EventProducer>('producer'), kafka.topicPrefix),
      logger: log
    })
    const closing = new AbortController()

    /** In the background: without Kafka the worker still sweeps, and joins once the broker is up. */
    async function start(): Promise<void> {
      for (let attempt = 1; (await ensureTopics({ ...kafka, logger: log })) === 'unreachable'; attempt++) {
        await sleep(backoff(attempt, TOPICS_BASE_MS, TOPICS_MAX_MS), closing.signal)
        if (closing.signal.aborted) return
      }
      if (!closing.signal.aborted) await consumer.start()
    }

    metrics.observe(() => consumer.status())
    app.addHook('onReady', async () => void start())
    app.addHook('preClose', async () => {
      closing.abort()
      await consumer.close(shutdown.timeout * 1000)
    })
  },
  { name: 'consumer', dependencies: ['config', 'database', 'tenancy', 'messaging', 'services'] }
)
