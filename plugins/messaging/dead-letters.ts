import type { IncomingMessage } from './incoming-message.js'
import type { EventProducer, OutgoingMessage } from './kafka-producer.js'
import { deadLetterTopic } from './topics.js'

/** How many characters of the error's name and message go into headers. */
const ERROR_LENGTH = 1_000
/** Below librdkafka's limit of 1,000,000 bytes for a message, with room for the headers of a dead letter. */
const MAX_BYTES = 980_000
/** A longer key is left out of a letter that is reduced to the minimum. */
const MAX_KEY_BYTES = 1_000

/**
 * Publishes a message that cannot be handled to `<topic>.dlq`: the original bytes, key and headers, with further headers
 * for the error, its time and the message's position. Resolves with true once the broker has acknowledged it. A letter
 * that Kafka never accepts would block its partition indefinitely. So the value is left out if it would be too large, and
 * the original headers too if Kafka still refuses it; `value_omitted` then gives the value's size in bytes. It stays at
 * `original_topic`, `original_partition` and `original_offset` for as long as that topic retains it.
 */
export function createDeadLetterPublisher(producer: EventProducer, topicPrefix = '') {
  return async (message: IncomingMessage, error: unknown): Promise<boolean> => {
    const { name, message: text } = error instanceof Error ? error : new Error(String(error))
    const { key, value, headers, topic } = message
    const added = {
      error_name: name.slice(0, ERROR_LENGTH),
      error_message: text.slice(0, ERROR_LENGTH),
      failed_at: new Date().toISOString(),
      original_topic: topicPrefix + topic,
      original_partition: String(message.partition),
      original_offset: String(message.offset),
      original_timestamp: String(message.timestamp)
    }
    const valueOmitted = { value_omitted: String(value?.length ?? 0) }
    const publish = async (letter: Omit<OutgoingMessage, 'topic'>) => {
      const [delivery] = await producer.publish([{ topic: topicPrefix + deadLetterTopic(topic), ...letter }])
      return delivery
    }

    const delivery = await publish(
      bytesOf(message) > MAX_BYTES
        ? { key, value: null, headers: { ...headers, ...added, ...valueOmitted } }
        : { key, value, headers: { ...headers, ...added } }
    )
    if (delivery !== 'refused') return delivery === 'delivered'
    const shortKey = key !== null && Buffer.byteLength(key) > MAX_KEY_BYTES ? null : key
    const reduced = { key: shortKey, value: null, headers: { ...added, ...valueOmitted } }
    return (await publish(reduced)) === 'delivered'
  }
}

/** The bytes of a message that librdkafka counts towards its limit. */
function bytesOf({ key, value, headers }: IncomingMessage): number {
  const texts = [key ?? '', ...Object.entries(headers).flat()]
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), value?.length ?? 0)
}
