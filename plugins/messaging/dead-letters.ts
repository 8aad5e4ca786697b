import type { IncomingMessage } from './incoming-message.js'
import type { EventProducer } from './kafka-producer.js'
import { deadLetterTopic } from './topics.js'

/** How many characters of the error message go into a header. */
const ERROR_LENGTH = 1_000
/** Below librdkafka's limit of 1,000,000 bytes for a message, with room for key and headers. */
const MAX_VALUE_BYTES = 980_000

/**
 * Publishes a message that cannot be handled to `<topic>.dlq`: the original bytes, key and headers, with further headers
 * for the error, its time and the message's position. Resolves with true once the broker has acknowledged it. A value
 * too large for Kafka to accept along with these headers would block its partition for ever, so it is left out and
 * `value_omitted` gives its size in bytes; it stays at `original_topic`, `original_partition` and `original_offset`
 * for as long as that topic retains it.
 */
export function createDeadLetterPublisher(producer: EventProducer, topicPrefix = '') {
  return async (message: IncomingMessage, error: unknown): Promise<boolean> => {
    const { name, message: text } = error instanceof Error ? error : new Error(String(error))
    const size = message.value?.length ?? 0
    const [delivered] = await producer.publish([
      {
        topic: topicPrefix + deadLetterTopic(message.topic),
        key: message.key,
        value: size > MAX_VALUE_BYTES ? null : message.value,
        headers: {
          ...message.headers,
          error_name: name,
          error_message: text.slice(0, ERROR_LENGTH),
          failed_at: new Date().toISOString(),
          original_topic: topicPrefix + message.topic,
          original_partition: String(message.partition),
          original_offset: String(message.offset),
          original_timestamp: String(message.timestamp),
          ...(size > MAX_VALUE_BYTES ? { value_omitted: String(size) } : {})
        }
      }
    ])
    return delivered === 'delivered'
  }
}
