import { randomUUID } from 'node:crypto'
import fp from 'fastify-plugin'
import { resource } from '../resources.js'
import { AppError } from '../../core/errors.js'
import { createConsumer, type ConsumerStatus } from './kafka-consumer.js'

const DEMO_PREFIX = 'demo.'
const REMEMBERED = 20
const CLOSE_DEADLINE_MS = 3_000
/** In bytes. Kafka accepts 1,000,000 with key and headers, unless a topic is configured otherwise. */
const MOST_BYTES = 900_000

/** A message that was read back. */
export interface DemoMessage {
  topic: string
  partition: number
  offset: number
  key: string | null
  /** RFC 3339. */
  produced_at: string
  /** As stored in Kafka: parsed if it is JSON, otherwise text. */
  value: unknown
}

/** Sends messages to Kafka and reads them back, to try out the connection; the application does not depend on it. */
export interface Demo {
  /**
   * Publishes a message directly, not through an outbox. Returns its id once Kafka has acknowledged it.
   * @throws {AppError} KAFKA_UNAVAILABLE; BODY_TOO_LARGE if Kafka would never accept it
   */
  produce(topic: string, message: unknown, userId: string): Promise<string>
  /**
   * The state of the consumer of all topics `demo.…`, and its last 20 messages, newest last. Starts it on the first
   * call.
   */
  consume(): Promise<ConsumerStatus & { messages: DemoMessage[] }>
}

declare module 'fastify' {
  interface FastifyInstance {
    demo: Demo
  }
}

/** Decorates the application with `demo`. */
export default fp(
  async (app) => {
    const { kafka } = resource(app, 'config')
    const producer = resource(app, 'producer')
    const messages: DemoMessage[] = []
    const consumer = createConsumer({
      ...kafka,
      // A group of its own for each process, so that each sees all messages.
      groupId: `${kafka.groupId}-demo-${randomUUID()}`,
      clientId: 'strongroom-demo',
      topics: { beginningWith: DEMO_PREFIX },
      concurrency: 1,
      handle: async ({ topic, partition, offset, key, timestamp, value }) => {
        const produced_at = new Date(timestamp).toISOString()
        messages.push({ topic, partition, offset, key, produced_at, value: readable(value) })
        if (messages.length > REMEMBERED) messages.shift()
      },
      deadLetter: async () => true,
      logger: app.log.child({ component: 'demo' })
    })

    const demo: Demo = {
      async produce(topic, data, userId) {
        const event_id = randomUUID()
        const timestamp = new Date().toISOString()
        const event = { event_id, event_type: topic, tenant_id: null, user_id: userId, timestamp, data }
        const value = Buffer.from(JSON.stringify(event))
        if (value.length > MOST_BYTES)
          throw new AppError('BODY_TOO_LARGE', {
            message: `The message must not have more than ${MOST_BYTES} bytes`
          })
        const [delivered] = await producer.publish([
          {
            topic: kafka.topicPrefix + topic,
            key: userId,
            value,
            headers: { event_id, event_type: topic, 'content-type': 'application/json' }
          }
        ])
        if (delivered !== 'delivered') throw new AppError('KAFKA_UNAVAILABLE')
        return event_id
      },
      async consume() {
        await consumer.start()
        return { ...consumer.status(), messages: [...messages] }
      }
    }
    app.decorate('demo', demo)
    app.addHook('preClose', () => consumer.close(CLOSE_DEADLINE_MS))
  },
  { name: 'demo', dependencies: ['config', 'messaging'] }
)

function readable(value: Buffer | null): unknown {
  const text = value?.toString('utf8') ?? null
  if (text === null) return null
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
