import type { EventProducer } from './kafka-producer.js'

/**
 * The producer of an installation without Kafka, where the handlers read the logs: publishes nothing, and waits for no
 * broker.
 */
export const noProducer: EventProducer = {
  publish: async (messages) => messages.map(() => 'unknown'),
  status: () => 'up',
  close: async () => undefined
}
