import type { BaseLogger } from 'pino'
import rdkafka from 'node-rdkafka'
import type { KafkaSecurity } from '../../core/config/setting-problems.js'
import { sleep } from '../../core/concurrency/sleep.js'
import { backoff } from './backoff.js'

type Client = rdkafka.Producer | rdkafka.KafkaConsumer
export type Log = Pick<BaseLogger, 'debug' | 'info' | 'warn' | 'error'>

/** Maximum duration of one attempt to reach a broker, which occupies one of libuv's few threads. */
const CONNECT_TIMEOUT_MS = 2_000
const RECONNECT_BASE_MS = 200
const RECONNECT_MAX_MS = 3_000
const STATISTICS_MS = 2_000

/** The cluster and how to connect to it. */
export interface KafkaCluster {
  /** host:port, several separated by commas. */
  brokers: string
  security?: KafkaSecurity | undefined
}

/** The settings of every client (librdkafka's CONFIGURATION.md). */
export function clientConfig({ brokers, security }: KafkaCluster, clientId: string) {
  return {
    'metadata.broker.list': brokers,
    ...(security !== undefined && securityConfig(security)),
    'client.id': clientId,
    'socket.keepalive.enable': true,
    // With the default of 10 s, a client would reconnect long after its broker is back.
    'reconnect.backoff.max.ms': 1_000,
    'statistics.interval.ms': STATISTICS_MS
  }
}

/** @throws {Error} if librdkafka was built without a feature that the settings need */
function securityConfig({ protocol, caFile, sasl }: KafkaSecurity) {
  const needed = [
    ...(protocol.endsWith('ssl') ? ['ssl'] : []),
    ...(sasl === undefined ? [] : [sasl.mechanism === 'PLAIN' ? 'sasl_plain' : 'sasl_scram'])
  ]
  const missing = needed.filter((feature) => !rdkafka.features.includes(feature))
  if (missing.length > 0)
    throw new Error(
      `KAFKA_SECURITY_PROTOCOL=${protocol} cannot be used: librdkafka was built without ${missing.join(' and ')}. ` +
        'Install the headers of OpenSSL (libssl-dev) and build it again: npm rebuild node-rdkafka.'
    )
  return {
    'security.protocol': protocol,
    ...(caFile !== undefined && { 'ssl.ca.location': caFile }),
    ...(sasl && {
      'sasl.mechanisms': sasl.mechanism,
      'sasl.username': sasl.username,
      'sasl.password': sasl.password
    })
  }
}

/** A client that has reached a broker. */
export interface Connected<C extends Client> {
  client: C
  metadata: rdkafka.Metadata
  /** Whether any broker's connection was up in librdkafka's last statistics, which are at most a few seconds old. */
  reachable(): boolean
  /** Messages after a consumer's stored offset, by "topic/partition", as of librdkafka's last statistics. */
  lag(): ReadonlyMap<string, number>
}

/**
 * Creates clients until one of them reaches a broker; undefined once the signal aborts. node-rdkafka gives up on a
 * client whose first metadata request fails, so every attempt needs a new one.
 */
export async function connectUntil<C extends Client>(
  create: () => C,
  logger: Log,
  signal: AbortSignal
): Promise<Connected<C> | undefined> {
  for (let attempt = 1; !signal.aborted; attempt++) {
    const client = create()
    const observed = observe(client, logger)
    try {
      return { client, metadata: await connect(client), ...observed }
    } catch (error) {
      const text = 'No Kafka broker is reachable; trying again in the background'
      logger[attempt === 1 ? 'warn' : 'debug']({ err: error }, text)
    }
    await sleep(backoff(attempt, RECONNECT_BASE_MS, RECONNECT_MAX_MS), signal)
  }
  return undefined
}

/**
 * Connects a new client and returns the broker's metadata.
 * @param timeoutMs maximum wait; the default of 2 s is for callers that try again
 * @throws if no broker answers in time; the client is then unusable, and holds no resources
 */
export function connect(client: Client, timeoutMs = CONNECT_TIMEOUT_MS): Promise<rdkafka.Metadata> {
  return new Promise((resolve, reject) => {
    client.connect({ timeout: timeoutMs }, (error: rdkafka.LibrdKafkaError | null, metadata) => {
      if (error) reject(toError(error))
      else resolve(metadata)
    })
  })
}

/** Ends a client. A producer drops its messages; a consumer commits its stored offsets and leaves its group. */
export function disconnect(client: Client): Promise<void> {
  return new Promise((resolve) => {
    const done = () => resolve()
    if (!client.isConnected()) {
      done()
      return
    }
    if (client instanceof rdkafka.Producer) {
      // Polling a producer while librdkafka destroys it would be a use after free.
      client.setPollInterval(0)
      client.disconnect(0, done)
    } else {
      client.disconnect(done)
    }
  })
}

/**
 * Observes a client's events. Whether brokers are up is read from the statistics, since node-rdkafka reports errors
 * without their code.
 */
function observe(client: Client, logger: Log): Pick<Connected<Client>, 'reachable' | 'lag'> {
  let up = true
  let lag = new Map<string, number>()
  const emitter = client as rdkafka.Client<rdkafka.KafkaClientEvents>
  emitter.on('event.error', (error) => logger.debug({ err: error }, 'Kafka client error'))
  emitter.on('event.log', (entry: unknown) => logger.debug({ kafka: entry }, 'Kafka client log'))
  emitter.on('event.stats', (event: { message: string }) => {
    const statistics = JSON.parse(event.message) as Statistics
    lag = lagIn(statistics)
    const isUp = anyBrokerUp(statistics)
    if (isUp !== up)
      logger[isUp ? 'info' : 'warn'](isUp ? 'Kafka is reachable again' : 'Kafka is unreachable')
    up = isUp
  })
  return { reachable: () => up, lag: () => lag }
}

/** The part of librdkafka's statistics that is used here (STATISTICS.md). */
interface Statistics {
  /** One entry per connection, `state` UP or UPDATE when usable. */
  brokers: Record<string, { state: string }>
  /** A lag of -1 is unknown; partition -1 stands for messages without one. */
  topics: Record<string, { partitions: Record<string, { consumer_lag_stored: number }> }>
}

function lagIn({ topics }: Statistics): Map<string, number> {
  const known = Object.entries(topics).flatMap(([topic, { partitions }]) =>
    Object.entries(partitions).map(([id, { consumer_lag_stored: lag }]) => [`${topic}/${id}`, lag] as const)
  )
  return new Map(known.filter(([, lag]) => lag >= 0))
}

function anyBrokerUp({ brokers }: Statistics): boolean {
  return Object.values(brokers).some(({ state }) => state === 'UP' || state === 'UPDATE')
}

/**
 * Some of librdkafka's errors are plain objects; this turns each into an Error with a code, which can be logged or
 * thrown.
 */
export function toError(error: unknown): Error & { code?: number } {
  if (error instanceof Error) return error
  const { message, code } = error as Partial<rdkafka.LibrdKafkaError>
  return Object.assign(new Error(message ?? String(error)), code === undefined ? {} : { code })
}
