import type rdkafka from 'node-rdkafka'
import { disconnect } from '../../plugins/messaging/kafka-client.js'
import { toIncomingMessage, type IncomingMessage } from '../../plugins/messaging/incoming-message.js'
import { deadLetterTopic, TOPICS } from '../../plugins/messaging/topics.js'
import type { KafkaPlace } from './find-kafka.js'
import { lagOf } from './lag.js'
import type { PartitionRange } from './partitions.js'
import { connectReader, readRanges } from './read-messages.js'

/** The group whose offsets record which dead letters are settled. */
export const settlingGroup = ({ groupId }: KafkaPlace) => `${groupId}-dlq`

/** Dead letters that are not settled, as far as Kafka knows. */
export interface OpenDeadLetters extends PartitionRange {
  /** Whether Kafka knows up to where they are settled; it forgets that in time. */
  isRecorded: boolean
}

/** The unsettled dead letters of one topic or of all. */
export async function openDeadLetters(kafka: KafkaPlace, topic?: string): Promise<OpenDeadLetters[]> {
  const topics = (topic === undefined ? TOPICS : [topic]).map(
    (name) => kafka.topicPrefix + deadLetterTopic(name)
  )
  const partitions = await lagOf(kafka, settlingGroup(kafka), topics)
  return partitions.map(({ topic, partition, low, high, committed }) => ({
    topic,
    partition,
    low: Math.max(low, committed ?? low),
    high,
    isRecorded: committed !== null
  }))
}

/** Reads dead letters, each partition in order. */
export async function* readDeadLetters(
  kafka: KafkaPlace,
  ranges: PartitionRange[]
): AsyncGenerator<IncomingMessage, void, undefined> {
  const client: rdkafka.KafkaConsumer = await connectReader(kafka)
  try {
    for await (const message of readRanges(client, ranges))
      yield toIncomingMessage(message, kafka.topicPrefix)
  } finally {
    await disconnect(client)
  }
}

/** The position of a dead letter: "audit.log.dlq/2/17". */
export const placeOf = ({ topic, partition, offset }: IncomingMessage) => `${topic}/${partition}/${offset}`
