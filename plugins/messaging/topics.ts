import rdkafka from 'node-rdkafka'
import { EVENT_DATA, type EventType } from '../../core/events.js'
import { clientConfig, connect, disconnect, toError, type Log, type KafkaCluster } from './kafka-client.js'

const { ERR_TOPIC_ALREADY_EXISTS, ERR__TIMED_OUT, ERR__UNSUPPORTED_FEATURE } = rdkafka.CODES.ERRORS
/** -1: the broker's own `default.replication.factor` (Kafka 2.4). */
const REPLICATION_FACTOR = -1
const CREATE_TIMEOUT_MS = 5_000

export interface TopicSettings {
  /** Partitions of each topic that is created; at most this many workers can share its work. */
  partitions: number
  /** Seconds for which Kafka keeps events. */
  retention: number
  /** Seconds for which Kafka keeps dead letters, which wait for an operator. */
  deadLetterRetention: number
}

/** The topics that Strongroom publishes and consumes, without the installation's prefix. */
export const TOPICS = Object.keys(EVENT_DATA) as EventType[]

/** The topic for messages that could not be handled. */
export const deadLetterTopic = (topic: string): string => `${topic}.dlq`

/**
 * Creates the missing topics, including those for dead letters. Returns 'ready' if nothing is left to do: the topics
 * exist, or the broker creates them on first use instead of on request, as librdkafka's mock does (it never answers the
 * request, which takes 5 s to detect). Returns 'refused' if the broker refuses, and 'unreachable' if there is none or
 * it was too slow to create all of them, so that trying again helps. Never throws; without a broker it takes 2 s.
 */
export async function ensureTopics(
  options: KafkaCluster & { topicPrefix: string; topics: TopicSettings; logger: Log }
): Promise<'ready' | 'refused' | 'unreachable'> {
  const { logger, topicPrefix, topics } = options
  const wanted = TOPICS.flatMap((type) => [
    newTopic(topicPrefix + type, topics.partitions, topics.retention),
    newTopic(topicPrefix + deadLetterTopic(type), topics.partitions, topics.deadLetterRetention)
  ])
  const present = await listTopics(options).catch(() => undefined)
  if (present === undefined) return 'unreachable'
  const missing = wanted.filter(({ topic }) => !present.has(topic))
  try {
    await createTopics(options, missing)
    return 'ready'
  } catch (cause) {
    const error = toError(cause)
    if (error.code !== ERR__TIMED_OUT && error.code !== ERR__UNSUPPORTED_FEATURE) {
      logger.warn({ err: error }, 'The Kafka topics could not be created; create them by hand')
      return 'refused'
    }
    // A broker that has created some of them supports such requests, and was only too slow.
    const now = await listTopics(options).catch(() => undefined)
    if (now === undefined || missing.some(({ topic }) => now.has(topic))) return 'unreachable'
    logger.info('This Kafka broker creates no topics on request; each will be created on first use')
    return 'ready'
  }
}

/** @throws if no broker can be reached within 2 s */
async function listTopics(cluster: KafkaCluster): Promise<Set<string>> {
  const client = new rdkafka.Producer(clientConfig(cluster, 'strongroom-topics'))
  const metadata = await connect(client)
  await disconnect(client)
  return new Set(metadata.topics.map(({ name }) => name))
}

const newTopic = (topic: string, partitions: number, retention: number): rdkafka.NewTopic => ({
  topic,
  num_partitions: partitions,
  replication_factor: REPLICATION_FACTOR,
  config: { 'retention.ms': String(retention * 1000) }
})

async function createTopics(cluster: KafkaCluster, topics: rdkafka.NewTopic[]): Promise<void> {
  if (topics.length === 0) return
  const admin = rdkafka.AdminClient.create(clientConfig(cluster, 'strongroom-topics'))
  try {
    for (const topic of topics) await createTopic(admin, topic)
  } finally {
    admin.disconnect()
  }
}

function createTopic(admin: rdkafka.IAdminClient, topic: rdkafka.NewTopic): Promise<void> {
  return new Promise((resolve, reject) => {
    admin.createTopic(topic, CREATE_TIMEOUT_MS, (error?: rdkafka.LibrdKafkaError) => {
      // Another process may have been faster.
      if (error === undefined || error.code === ERR_TOPIC_ALREADY_EXISTS) resolve()
      else reject(toError(error))
    })
  })
}
