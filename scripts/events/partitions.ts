import type rdkafka from 'node-rdkafka'
import { ANSWER_MS, asking } from './asking.js'

/** A partition, with the offsets of its first message and of the next one to come. */
export interface PartitionRange {
  topic: string
  partition: number
  low: number
  high: number
}

/** The partitions of `topics`; a topic that does not exist has none. @throws if the broker does not answer */
export async function rangesOf(client: rdkafka.KafkaConsumer, topics: string[]): Promise<PartitionRange[]> {
  const metadata = await asking<rdkafka.Metadata>((callback) => {
    client.getMetadata({ timeout: ANSWER_MS }, callback)
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

async function watermarks(
  client: rdkafka.KafkaConsumer,
  topic: string,
  partition: number
): Promise<{ low: number; high: number }> {
  const { lowOffset: low, highOffset: high } = await asking<rdkafka.WatermarkOffsets>((callback) => {
    client.queryWatermarkOffsets(topic, partition, ANSWER_MS, callback)
  })
  return { low, high }
}
