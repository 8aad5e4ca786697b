import type rdkafka from 'node-rdkafka'
import { createAssignmentWork, type AssignmentWork, type Outcome } from './assignment-work.js'
import { settledWithin, sleep } from '../../core/concurrency/sleep.js'
import { createConsumerClient, fetch, leave, requestTopics } from './consumer-client.js'
import { toIncomingMessage, type IncomingMessage } from './incoming-message.js'
import { connectUntil, type Connected, type Log, type KafkaCluster } from './kafka-client.js'
import { RETRY, type RetryOptions } from './retries.js'
import { createRebalances, type Rebalance, type Rebalances } from './rebalances.js'

export type { IncomingMessage }

/** Messages fetched at once for each slot: enough that one busy key does not leave slots idle. */
const FETCH_PER_SLOT = 8
/**
 * Maximum number of fetched messages that wait, for each slot: in one partition (so a busy key holds up only messages
 * far after it in its own partition), and in all partitions together.
 */
const WAITING_PER_PARTITION = 32
const WAITING = 128
/** Maximum bytes of fetched messages that wait, in all partitions together. */
const WAITING_BYTES = 64 * 1024 * 1024
/** How long to wait after a fetch that found no messages. Waiting inside librdkafka would occupy a libuv thread. */
const IDLE_MS = 20
/** How long to wait for handlers before their partitions are paused; librdkafka must be polled meanwhile. */
const BUSY_WAIT_MS = 1_000
/** How long to wait for running handlers when partitions are revoked; the whole group waits for that long. */
const REVOKE_WAIT_MS = 10_000
/** How long to wait before a failed client is replaced. */
const RESTART_MS = 1_000
/** The handlers' share of the time for closing; the rest is for committing and leaving the group. */
const HANDLERS_SHARE = 0.75
const REMEMBERED = 20

export interface ConsumerOptions extends KafkaCluster {
  groupId: string
  clientId: string
  /** The prefix of topic names at the broker. Everywhere else, topics are named without it. */
  topicPrefix: string
  /** Topics by name, or all present and future topics whose names begin with this. */
  topics: string[] | { beginningWith: string }
  /** Messages handled at the same time. */
  concurrency: number
  /** Topics whose messages are independent of each other: all that were fetched are handled at once. */
  anyOrder?: ReadonlySet<string>
  /** Must be idempotent: a message may come again, even while an abandoned attempt is still running. */
  handle: (message: IncomingMessage) => Promise<void>
  /** Stores a message that could not be handled; resolves with true once it is safely stored. Called until it is. */
  deadLetter: (message: IncomingMessage, error: unknown) => Promise<boolean>
  logger: Log
  /** Called for every message that was handled, or became a dead letter. */
  onDone?: (message: IncomingMessage, outcome: Outcome) => void
  retry?: Partial<RetryOptions>
  /** Milliseconds of silence after which the group drops a member (10,000). */
  sessionTimeoutMs?: number
}

/** A message that was handled, or became a dead letter. */
export interface RecentMessage {
  topic: string
  partition: number
  offset: number
  event_type: string | undefined
  /** RFC 3339. */
  when: string
  outcome: Outcome
}

export interface ConsumerStatus {
  connected: boolean
  /** `lag` is the number of messages that are not done, a few seconds old; null while it is unknown. */
  assignments: { topic: string; partition: number; lag: number | null }[]
  /** The last 20 messages that were handled or became dead letters, oldest first. */
  last: RecentMessage[]
  /** Since the start: messages handled, and messages that became dead letters. */
  handled: number
  failed: number
}

export interface EventConsumer {
  /** Starts consuming in the background as soon as a broker can be reached. */
  start(): Promise<void>
  status(): ConsumerStatus
  /**
   * Starts no further message, waits for running handlers, commits what is done and leaves the group. Always resolves
   * within `deadlineMs`; whatever is not committed by then will be delivered again. Without a broker, the consumer
   * cannot leave the group: it keeps trying in the background, which keeps the process alive until it exits explicitly.
   * A second call waits for that attempt.
   */
  close(deadlineMs: number): Promise<void>
}

/**
 * A member of a consumer group. It handles every message at least once, and messages of the same topic and key in
 * order, one at a time, unless the order of their topic does not matter. A message that keeps failing becomes a dead
 * letter, and its key goes on. The group's offset passes a message only when that message and all messages before it in
 * its partition are done.
 */
export function createConsumer(options: ConsumerOptions): EventConsumer {
  const { logger, topicPrefix, concurrency } = options
  const topics = Array.isArray(options.topics) ? options.topics.map((topic) => topicPrefix + topic) : []
  const subscription = Array.isArray(options.topics)
    ? topics
    : [`^${(topicPrefix + options.topics.beginningWith).replaceAll('.', '\\.')}`]
  const batchSize = concurrency * FETCH_PER_SLOT
  /** The consumer fetches while fewer messages than these are pending, so at most one batch more can be pending. */
  const most = { ofPartition: concurrency * WAITING_PER_PARTITION, ofAll: concurrency * WAITING }
  const closing = new AbortController()
  const last: RecentMessage[] = []
  const counts = { handled: 0, dead_lettered: 0 }
  let connected: Connected<rdkafka.KafkaConsumer> | undefined
  let work: AssignmentWork | undefined
  let assignments: rdkafka.TopicPartition[] = []
  /** Partitions from which nothing is fetched, by topic and number. */
  const paused = new Set<string>()
  let running: Promise<void> | undefined
  let handlersEnd = 0

  function remember(message: IncomingMessage, outcome: Outcome): void {
    const { topic, partition, offset, headers } = message
    options.onDone?.(message, outcome)
    counts[outcome]++
    last.push({
      topic,
      partition,
      offset,
      event_type: headers['event_type'],
      when: new Date().toISOString(),
      outcome
    })
    if (last.length > REMEMBERED) last.shift()
  }

  async function run(): Promise<void> {
    while (!closing.signal.aborted) {
      const rebalances = createRebalances(logger)
      const link = await connectUntil(() => createConsumerClient(options, rebalances), logger, closing.signal)
      if (link === undefined) return
      connected = link
      paused.clear()
      try {
        await requestTopics(link, topics)
        await consume(link.client, rebalances)
      } catch (error) {
        logger.error({ err: error }, 'The Kafka consumer failed; starting a new one')
        await sleep(RESTART_MS, closing.signal)
      }
      connected = undefined
      await endWork()
      rebalances.refuse(link.client)
      await leave(link.client, topics[0] ?? `${topicPrefix}any`)
    }
  }

  /** Runs until closing; throws if the client can no longer be used. */
  async function consume(client: rdkafka.KafkaConsumer, rebalances: Rebalances): Promise<void> {
    client.subscribe(subscription)
    logger.info({ topics: subscription }, 'Connected to Kafka')
    while (!closing.signal.aborted) {
      // Rebalances are applied only here, between two fetches, so that a fetched message always belongs to the current
      // assignment.
      for (const rebalance of rebalances.take()) {
        // librdkafka would keep a partition paused for its next owner, which may be this client.
        pauseOnly(client, [])
        await apply(client, rebalance)
      }
      if (isFull()) await work?.untilBelow(most.ofAll, BUSY_WAIT_MS, closing.signal)
      pauseOnly(client, isFull() ? assignments : assignments.filter(isAhead))
      const isIdle = paused.size === assignments.length
      const messages = await fetch(client, isIdle ? 1 : batchSize, logger)
      for (const message of messages) work?.add(toIncomingMessage(message, topicPrefix))
      if (messages.length === 0) await sleep(IDLE_MS, closing.signal)
    }
  }

  const isFull = () =>
    work !== undefined && (work.pending() >= most.ofAll || work.pendingBytes() >= WAITING_BYTES)

  /**
   * Whether enough messages of this partition are fetched. After a pause, half of them must be done before it resumes:
   * each pause discards messages that are on the way.
   */
  function isAhead({ topic, partition }: rdkafka.TopicPartition): boolean {
    const name = `${topic}/${partition}`
    const pending = work?.pending(name.slice(topicPrefix.length)) ?? 0
    return pending >= (paused.has(name) ? most.ofPartition / 2 : most.ofPartition)
  }

  /** Pauses these partitions, and resumes all others. */
  function pauseOnly(client: rdkafka.KafkaConsumer, wanted: rdkafka.TopicPartition[]): void {
    const nameOf = ({ topic, partition }: rdkafka.TopicPartition) => `${topic}/${partition}`
    const names = new Set(wanted.map(nameOf))
    const added = wanted.filter((one) => !paused.has(nameOf(one)))
    const removed = assignments.filter((one) => paused.has(nameOf(one)) && !names.has(nameOf(one)))
    if (added.length > 0) client.pause(added)
    if (removed.length > 0) client.resume(removed)
    for (const one of added) paused.add(nameOf(one))
    for (const one of removed) paused.delete(nameOf(one))
    if (added.length + removed.length > 0)
      logger.debug({ pending: work?.pending(), paused: paused.size }, 'Partitions paused or resumed')
  }

  async function apply(client: rdkafka.KafkaConsumer, { assigned, partitions }: Rebalance): Promise<void> {
    logger.info({ partitions }, assigned ? 'Partitions assigned' : 'Partitions revoked')
    await endWork()
    if (assigned) {
      client.assign(partitions)
      assignments = partitions
      work = startWork(client)
    } else {
      client.unassign()
    }
  }

  async function endWork(): Promise<void> {
    await work?.end(closing.signal.aborted ? Math.max(0, handlersEnd - performance.now()) : REVOKE_WAIT_MS)
    work = undefined
    assignments = []
  }

  function startWork(client: rdkafka.KafkaConsumer): AssignmentWork {
    return createAssignmentWork({
      ...options,
      retry: { ...RETRY, ...options.retry },
      store: (topic, partition, offset) => store(client, { topic: topicPrefix + topic, partition, offset }),
      onDone: remember
    })
  }

  /** Stored offsets are committed every second, on a rebalance and on leaving. */
  function store(client: rdkafka.KafkaConsumer, position: rdkafka.TopicPartitionOffset): void {
    try {
      client.offsetsStore([position])
    } catch (error) {
      // The session expired and the partition was lost without notice: another member does the work again.
      logger.warn(
        { err: error, ...position },
        'An offset could not be stored; its message will be delivered again'
      )
    }
  }

  return {
    async start() {
      running ??= run()
    },
    status: () => ({
      connected: connected?.reachable() === true,
      assignments: assignments.map(({ topic, partition }) => ({
        topic: topic.slice(topicPrefix.length),
        partition,
        lag: connected?.lag().get(`${topic}/${partition}`) ?? null
      })),
      last: [...last],
      handled: counts.handled,
      failed: counts.dead_lettered
    }),
    async close(deadlineMs) {
      const handlersMs = deadlineMs * HANDLERS_SHARE
      handlersEnd = performance.now() + handlersMs
      closing.abort()
      // Called here already, so that no further message is started while the loop ends.
      void work?.end(handlersMs)
      if (running) await settledWithin(running, deadlineMs)
    }
  }
}
