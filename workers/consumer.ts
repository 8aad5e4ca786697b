import fp from 'fastify-plugin'
import type { Config } from '../src/config.js'
import { createDeadLetterPublisher } from '../plugins/messaging/dead-letters.js'
import { parseEvent } from '../plugins/messaging/event.js'
import { createConsumer } from '../plugins/messaging/kafka-consumer.js'
import type { EventProducer } from '../plugins/messaging/kafka-producer.js'
import { ensureTopics, TOPICS } from '../plugins/messaging/topics.js'
import type { MainDatabase } from '../plugins/database.js'
import type { TenancyAdapter } from '../plugins/tenancy/adapter.js'
import { createHandlers } from './handlers/index.js'

/** Keys that are handled at the same time; events of one key are handled one after the other. */
export const CONCURRENCY = 8
/** Milliseconds for handlers to finish when the worker stops. */
const CLOSE_DEADLINE_MS = 8_000

/** Consumes every topic and gives each event to the handler of its type; types without one are passed over. */
export default fp(
  async (app) => {
    const { kafka } = app.getDecorator<Config>('config')
    const { tenants } = app.getDecorator<MainDatabase>('database')
    const log = app.log.child({ component: 'consumer' })
    const tenancy = app.getDecorator<TenancyAdapter>('tenancy')
    const handlers = createHandlers({ services: app.services, tenants, tenancy, log })

    const consumer = createConsumer({
      ...kafka,
      clientId: 'strongroom-worker',
      topics: [...TOPICS],
      concurrency: CONCURRENCY,
      handle: async (message) => {
        const event = parseEvent(message.value)
        await handlers[event.event_type]?.(event)
      },
      deadLetter: createDeadLetterPublisher(app.getDecorator<EventProducer>('producer'), kafka.topicPrefix),
      logger: log
    })
    // In the background: without Kafka the worker still sweeps, and joins when the broker comes.
    app.addHook('onReady', async () => {
      void ensureTopics({ ...kafka, logger: log }).then(() => consumer.start())
    })
    app.addHook('preClose', () => consumer.close(CLOSE_DEADLINE_MS))
  },
  { name: 'consumer', dependencies: ['config', 'database', 'tenancy', 'messaging', 'services'] }
)
