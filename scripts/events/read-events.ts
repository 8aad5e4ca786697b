import type rdkafka from 'node-rdkafka'
import type { StrongroomEvent } from '../../core/events.js'
import { InvalidEventError, parseEvent } from '../../plugins/messaging/event.js'
import { disconnect, type KafkaCluster } from '../../plugins/messaging/kafka-client.js'
import { TOPICS } from '../../plugins/messaging/topics.js'
import { connectReader, fetch } from './read-messages.js'

/** librdkafka's RD_KAFKA_OFFSET_BEGINNING. */
const BEGINNING = -2
/** Milliseconds between checks for new topics and partitions; a topic may be created by its first event. */
const REFRESH_MS = 1_000
const METADATA_TIMEOUT_MS = 5_000

export interface ReadOptions extends KafkaCluster {
  /** Prefix of the topics at the broker (KAFKA_TOPIC_PREFIX). */
  topicPrefix?: string
  /** Yields only events for which this is true. */
  matches?: (event: StrongroomEvent) => boolean
  /** Milliseconds after which reading ends; without it, reading continues until the caller or the signal stops it. */
  deadlineMs?: number
  signal?: AbortSignal
}

/** An event, and its position. */
export interface ReadEvent {
  /** Without the prefix. */
  topic: string
  partition: number
  offset: number
  key: string | null
  event: StrongroomEvent
}

/**
 * Reads the events of all topics from the beginning, and then new ones. It assigns itself the partitions instead of
 * joining a consumer group, so that it sees all of them, disturbs no worker, and leaves nothing behind at the broker.
 * Messages that are not our events are skipped; an event that was delivered twice is yielded twice.
 * @throws if no broker is reachable at the start
 */
export async function* readEvents(options: ReadOptions): AsyncGenerator<ReadEvent, void, undefined> {
  const { signal, matches = () => true, topicPrefix = '' } = options
  const end = performance.now() + (options.deadlineMs ?? Infinity)
  const client = await connectReader(options)
  try {
    const partitions = new Partitions(
      client,
      TOPICS.map((topic) => topicPrefix + topic)
    )
    while (signal?.aborted !== true && performance.now() < end) {
      await partitions.refresh()
      for (const message of await fetch(client)) {
        partitions.passed(message)
        const event = eventIn(message)
        if (event !== undefined && matches(event)) yield { ...placeOf(message, topicPrefix), event }
      }
    }
  } finally {
    await disconnect(client)
  }
}

/** The partitions being read, each with its next offset. */
class Partitions {
  readonly #next = new Map<string, { topic: string; partition: number; offset: number }>()
  #refreshAt = 0

  constructor(
    readonly client: rdkafka.KafkaConsumer,
    readonly topics: string[]
  ) {}

  /** Adds partitions that are new since the last check. */
  async refresh(): Promise<void> {
    if (performance.now() < this.#refreshAt) return
    const { size } = this.#next
    for (const { name, partitions } of await listTopics(this.client)) {
      if (!this.topics.includes(name)) continue
      for (const { id } of partitions) {
        const key = `${name}/${id}`
        if (!this.#next.has(key)) this.#next.set(key, { topic: name, partition: id, offset: BEGINNING })
      }
    }
    if (this.#next.size > size) this.client.assign([...this.#next.values()])
    this.#refreshAt = performance.now() + REFRESH_MS
  }

  passed({ topic, partition, offset }: rdkafka.Message): void {
    this.#next.set(`${topic}/${partition}`, { topic, partition, offset: offset + 1 })
  }
}

/** Returns no topics if the broker does not answer; `refresh` asks again after REFRESH_MS. */
function listTopics(client: rdkafka.KafkaConsumer): Promise<rdkafka.TopicMetadata[]> {
  return new Promise((resolve) => {
    client.getMetadata({ timeout: METADATA_TIMEOUT_MS }, (error: rdkafka.LibrdKafkaError | null, metadata) =>
      resolve(error ? [] : metadata.topics)
    )
  })
}

function eventIn(message: rdkafka.Message): StrongroomEvent | undefined {
  try {
    return parseEvent(message.value)
  } catch (error) {
    if (error instanceof InvalidEventError) return undefined
    throw error
  }
}

function placeOf(
  { topic, partition, offset, key }: rdkafka.Message,
  prefix: string
): Omit<ReadEvent, 'event'> {
  return { topic: topic.slice(prefix.length), partition, offset, key: key?.toString() ?? null }
}
