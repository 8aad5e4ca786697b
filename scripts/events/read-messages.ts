import { randomUUID } from 'node:crypto'
import rdkafka from 'node-rdkafka'
import {
  clientConfig,
  connect,
  disconnect,
  toError,
  type KafkaCluster
} from '../../plugins/messaging/kafka-client.js'
import { ANSWER_MS } from './asking.js'
import { rangesOf, type PartitionRange } from './partitions.js'

const FETCH_WAIT_MS = 100
const BATCH = 500

/**
 * A client that reads without joining a group and commits nothing. The caller must disconnect it.
 * @throws if no broker answers within 10 s
 */
export async function connectReader(
  cluster: KafkaCluster,
  groupId = `strongroom-events-${randomUUID()}`
): Promise<rdkafka.KafkaConsumer> {
  const client = new rdkafka.KafkaConsumer(
    {
      ...clientConfig(cluster, 'strongroom-events'),
      'group.id': groupId,
      'enable.auto.commit': false,
      'enable.auto.offset.store': false,
      'enable.partition.eof': true
    },
    { 'auto.offset.reset': 'earliest' }
  )
  client.setDefaultConsumeTimeout(FETCH_WAIT_MS)
  // A temporary broker outage is reported here; as an EventEmitter's `error` it would be thrown.
  client.on('event.error', () => undefined)
  await connect(client, ANSWER_MS).catch((error: unknown) => {
    throw new Error(`No Kafka broker is reachable at ${cluster.brokers} (${toError(error).message})`)
  })
  return client
}

/** Everything that the topics hold now, partition by partition in order, and nothing that arrives later. */
export async function* readMessages(
  cluster: KafkaCluster,
  topics: string[]
): AsyncGenerator<rdkafka.Message, void, undefined> {
  const client = await connectReader(cluster)
  try {
    yield* readRanges(client, await rangesOf(client, topics))
  } finally {
    await disconnect(client)
  }
}

/**
 * The messages of those ranges, partition by partition in order. Those that are gone are left out: a partition ends with
 * its range or, if the last messages of the range were removed or compacted, with what it holds.
 */
export async function* readRanges(
  client: rdkafka.KafkaConsumer,
  ranges: PartitionRange[]
): AsyncGenerator<rdkafka.Message, void, undefined> {
  const wanted = ranges.filter(({ low, high }) => high > low)
  if (wanted.length === 0) return
  const left = new Map(wanted.map((range) => [nameOf(range), range.high]))
  const ended = new Set<string>()
  client.on('partition.eof', (end) => ended.add(nameOf(end)))
  client.assign(wanted.map(({ topic, partition, low }) => ({ topic, partition, offset: low })))
  while (left.size > 0) {
    for (const message of await fetch(client)) {
      const high = left.get(nameOf(message))
      if (high === undefined) continue
      if (message.offset + 1 >= high) left.delete(nameOf(message))
      // A later message comes first if retention has removed everything in the range.
      if (message.offset < high) yield message
    }
    for (const name of ended) left.delete(name)
  }
}

const nameOf = ({ topic, partition }: Pick<PartitionRange, 'topic' | 'partition'>) => `${topic}/${partition}`

/** The messages that arrive within 100 ms; none while the broker is down. librdkafka reconnects by itself. */
export function fetch(client: rdkafka.KafkaConsumer): Promise<rdkafka.Message[]> {
  return new Promise((resolve) => {
    client.consume(BATCH, (error: rdkafka.LibrdKafkaError | null, messages) => {
      if (error) setTimeout(resolve, FETCH_WAIT_MS, [])
      else resolve(messages)
    })
  })
}
