import type { IncomingMessage } from './incoming-message.js'
import type { EventProducer } from './kafka-producer.js'
import { deadLetterTopic } from './topics.js'

/** Characters of the error's text that go into a header. */
const ERROR_LENGTH = 1_000
/** Below librdkafka's limit of 1,000,000 bytes for a message, with room for key and headers. */
const MAX_VALUE_BYTES = 980_000

/**
 * Publishes messages that cannot be handled to `<topic>.dlq`: the original bytes, key and headers, and in
 * further headers the error, when it happened and where the message stood. Resolves with true when the
 * broker has acknowledged it. A value so large that Kafka would refuse it together with the headers is left
 * out (`value_omitted` tells its bytes), since it would block its partition for ever; it is still where
 * `original_topic`, `original_partition` and `original_offset` say, as long as that topic keeps it.
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
    return delivered === true
  }
}
