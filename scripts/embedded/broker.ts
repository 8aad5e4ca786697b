import { deadLetterTopic, TOPICS } from '../../plugins/messaging/topics.js'

export interface EmbeddedBroker {
  /** host:port, as in KAFKA_BROKERS. */
  brokers: string
  stop(): Promise<void>
}

/** The mock broker answers at once, unless the machine is very busy. */
const METADATA_TIMEOUT_MS = 60_000

/**
 * Starts librdkafka's mock cluster with one broker: the Kafka protocol over TCP, in this process, in memory.
 * It forgets everything when it stops.
 * https://github.com/confluentinc/librdkafka/blob/master/src/rdkafka_mock.h
 */
export async function startBroker({ log }: { log: (line: string) => void }): Promise<EmbeddedBroker> {
  const { default: kafka } = await import('node-rdkafka').catch((error: unknown) => {
    throw new Error(
      `node-rdkafka does not load (${String(error)}). Its install script compiles it with python3, make and g++: run npm ci again, or set KAFKA_BROKERS.`
    )
  })
  const settings = { 'test.mock.num.brokers': 1, 'metadata.broker.list': '127.0.0.1:1' }
  const producer = new kafka.Producer(settings)
  producer.on('event.error', (error) => log(`broker: ${error.message}`))

  const brokers = await new Promise<string>((resolve, reject) => {
    producer.connect({ timeout: METADATA_TIMEOUT_MS }, (error, metadata) => {
      const address = (metadata as typeof metadata | undefined)?.brokers.map(
        ({ host, port }) => `${host}:${port}`
      )
      if (address?.length) resolve(address.join(','))
      else
        reject(
          new Error(
            `The embedded Kafka broker did not start: ${String((error as { message?: string } | null)?.message)}`
          )
        )
    })
  })
  // The mock broker creates a topic when a client asks for its metadata, but never answers a request to create one: the
  // worker's start would wait seconds for that answer.
  for (const topic of TOPICS.flatMap((name) => [name, deadLetterTopic(name)])) {
    await new Promise<void>((resolve) => {
      producer.getMetadata({ topic, timeout: METADATA_TIMEOUT_MS }, () => resolve())
    })
  }
  return {
    brokers,
    stop: () =>
      new Promise((resolve) => {
        producer.disconnect(() => resolve())
      })
  }
}
