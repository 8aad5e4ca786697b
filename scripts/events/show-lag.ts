import { TOPICS } from '../../plugins/messaging/topics.js'
import type { KafkaPlace } from './find-kafka.js'
import { lagOf } from './lag.js'
import type { Say } from './say.js'
import { table } from './table.js'

/** Shows how far the workers are behind. @returns the exit code */
export async function showLag(kafka: KafkaPlace, say: Say): Promise<number> {
  const { topicPrefix, groupId } = kafka
  const partitions = await lagOf(
    kafka,
    groupId,
    TOPICS.map((topic) => topicPrefix + topic)
  )
  const rows = partitions.map(({ topic, partition, high, committed, lag }) => [
    topic.slice(topicPrefix.length),
    String(partition),
    committed === null ? '-' : String(committed),
    String(high),
    String(lag)
  ])
  say(table(['topic', 'partition', 'done until', 'end', 'lag'], rows))
  const total = partitions.reduce((sum, { lag }) => sum + lag, 0)
  say(`The group ${groupId} has ${total} events still to handle.`)
  return 0
}
