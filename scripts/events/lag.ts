import type rdkafka from 'node-rdkafka'
import { disconnect, type KafkaCluster } from '../../plugins/messaging/kafka-client.js'
import { ANSWER_MS, asking } from './asking.js'
import { rangesOf, type PartitionRange } from './partitions.js'
import { connectReader } from './read-messages.js'

/** The lag of a consumer group in a partition. */
export interface PartitionLag extends PartitionRange {
  /** Where the group continues; null if it has not committed an offset there yet. */
  committed: number | null
  /** The number of messages not handled yet. */
  lag: number
}

/** Reads a group's committed offsets without joining it. @throws if no broker answers */
export async function lagOf(
  cluster: KafkaCluster,
  groupId: string,
  topics: string[]
): Promise<PartitionLag[]> {
  const client = await connectReader(cluster, groupId)
  try {
    const ranges = await rangesOf(client, topics)
    if (ranges.length === 0) return []
    const committed = await committedOffsets(client, ranges)
    return ranges.map((range) => {
      const { offset } = committed.find(
        ({ topic, partition }) => topic === range.topic && partition === range.partition
      ) ?? { offset: -1 }
      // librdkafka says "none" with negative offsets.
      const known = offset >= 0 ? offset : null
      return { ...range, committed: known, lag: range.high - Math.max(known ?? range.low, range.low) }
    })
  } finally {
    await disconnect(client)
  }
}

function committedOffsets(
  client: rdkafka.KafkaConsumer,
  partitions: rdkafka.TopicPartition[]
): Promise<rdkafka.TopicPartitionOffset[]> {
  const asked = partitions.map(({ topic, partition }) => ({ topic, partition }))
  return asking((callback) => {
    client.committed(asked, ANSWER_MS, callback)
  })
}
