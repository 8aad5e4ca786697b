import rdkafka from 'node-rdkafka'
import { toError } from '../../plugins/messaging/kafka-client.js'

/** Milliseconds that a command waits for each answer of a broker, which may be busy: a command does not try again. */
export const ANSWER_MS = 10_000

/** A partition, with the offsets of its first message and of the next one to come. */
export interface PartitionRange {
  topic: string
  partition: number
  low: number
  high: number
}

/** The partitions of those topics that exist. @throws if the broker does not answer */
export async function rangesOf(client: rdkafka.KafkaConsumer, topics: string[]): Promise<PartitionRange[]> {
  const metadata = await new Promise<rdkafka.Metadata>((resolve, reject) => {
    client.getMetadata({ timeout: ANSWER_MS }, (error: rdkafka.LibrdKafkaError | null, found) => {
      if (error) reject(toError(error))
      else resolve(found)
    })
  })
  const wanted = metadata.topics.filter(({ name }) => topics.includes(name))
  const partitions = wanted.flatMap(({ name, partitions }) =>
    partitions.map(({ id }) => ({ topic: name, partition: id }))
  )
  return Promise.all(
    partitions.map(async ({ topic, partition }) => ({
      topic,
      partition,
      ...(await watermarks(client, topic, partition))
    }))
  )
}

function watermarks(
  client: rdkafka.KafkaConsumer,
  topic: string,
  partition: number
): Promise<{ low: number; high: number }> {
  return new Promise((resolve, reject) => {
    client.queryWatermarkOffsets(topic, partition, ANSWER_MS, (error: unknown, offsets) => {
      if (error) reject(toError(error))
      else resolve({ low: offsets.lowOffset, high: offsets.highOffset })
    })
  })
}
