import rdkafka from 'node-rdkafka'
import { sleep } from '../../core/concurrency/sleep.js'
import {
  clientConfig,
  disconnect,
  toError,
  type Connected,
  type Log,
  type KafkaCluster
} from './kafka-client.js'
import type { Rebalances } from './rebalances.js'

const { ERR__FATAL, ERR__STATE } = rdkafka.CODES.ERRORS
/** How long Kafka takes to notice that a worker was killed; brokers accept 6 s and more. */
const SESSION_TIMEOUT_MS = 10_000
const REQUEST_TOPIC_MS = 1_000
const COORDINATOR_MS = 1_000

export interface ConsumerClientOptions extends KafkaCluster {
  groupId: string
  clientId: string
  sessionTimeoutMs?: number
}

export function createConsumerClient(
  options: ConsumerClientOptions,
  rebalances: Rebalances
): rdkafka.KafkaConsumer {
  const sessionTimeoutMs = options.sessionTimeoutMs ?? SESSION_TIMEOUT_MS
  const client = new rdkafka.KafkaConsumer(
    {
      ...clientConfig(options, options.clientId),
      'group.id': options.groupId,
      'session.timeout.ms': sessionTimeoutMs,
      'heartbeat.interval.ms': Math.ceil(sessionTimeoutMs / 3),
      // An eager protocol: node-rdkafka mistakes a closing consumer for a cooperative one, answers wrongly and hangs.
      'partition.assignment.strategy': 'roundrobin',
      rebalance_cb: rebalances.callback,
      'enable.auto.commit': true,
      'auto.commit.interval.ms': 1_000,
      'enable.auto.offset.store': false,
      'allow.auto.create.topics': true,
      // How soon new topics are found.
      'topic.metadata.refresh.interval.ms': 5_000,
      // How much is fetched ahead, in kilobytes and messages; the defaults are 64 MB and 100,000.
      'queued.max.messages.kbytes': 16 * 1024,
      'queued.min.messages': 1_000,
      // With a queue this short, the default of 1 s would stop fetching for a second after every thousand messages.
      'fetch.queue.backoff.ms': 10
    },
    { 'auto.offset.reset': 'earliest' }
  )
  // Waiting inside librdkafka would permanently occupy one of libuv's few threads.
  client.setDefaultConsumeTimeout(0)
  return client
}

/**
 * Takes up to `count` messages that have arrived; an empty list if there are none.
 * @throws if the client can no longer be used
 */
export function fetch(client: rdkafka.KafkaConsumer, count: number, logger: Log): Promise<rdkafka.Message[]> {
  return new Promise((resolve, reject) => {
    client.consume(count, (cause: rdkafka.LibrdKafkaError | null, messages) => {
      const error = cause && toError(cause)
      if (error?.code === ERR__FATAL || error?.code === ERR__STATE) {
        reject(error)
        return
      }
      if (error) logger.warn({ err: error }, 'Kafka reports a problem; consuming goes on')
      resolve(error ? [] : messages)
    })
  })
}

/**
 * Requests the metadata of missing topics, so that brokers with automatic creation create them. A subscription alone
 * does not do that: librdkafka allows creation only for topics that the client requests by name.
 */
export async function requestTopics(
  { client, metadata }: Connected<rdkafka.KafkaConsumer>,
  topics: string[]
): Promise<void> {
  const present = new Set(metadata.topics.map(({ name }) => name))
  for (const topic of topics.filter((name) => !present.has(name))) {
    const request = { topic, allTopics: false, timeout: REQUEST_TOPIC_MS }
    await new Promise<void>((resolve) => {
      client.getMetadata(request, () => resolve())
    })
  }
}

/**
 * Commits the stored offsets and leaves the group once its coordinator answers. Without a coordinator, librdkafka would
 * wait forever in one of libuv's threads, and `process.exit` would wait for that thread. So if the process exits while
 * this still waits, it kills itself.
 */
export async function leave(client: rdkafka.KafkaConsumer, topic: string): Promise<void> {
  while (client.isConnected() && !(await coordinatorAnswers(client, topic))) await sleep(COORDINATOR_MS)
  const killProcess = () => process.kill(process.pid, 'SIGKILL')
  process.once('exit', killProcess)
  await disconnect(client)
  process.off('exit', killProcess)
}

function coordinatorAnswers(client: rdkafka.KafkaConsumer, topic: string): Promise<boolean> {
  return new Promise((resolve) => {
    client.committed([{ topic, partition: 0 }], COORDINATOR_MS, (error: unknown) => resolve(!error))
  })
}
