import rdkafka from 'node-rdkafka'
import { settledWithin } from '../../core/concurrency/sleep.js'
import {
  clientConfig,
  connectUntil,
  disconnect,
  toError,
  type Connected,
  type Log,
  type KafkaCluster
} from './kafka-client.js'

const { ERR__QUEUE_FULL, ERR__FATAL, ERR__STATE } = rdkafka.CODES.ERRORS
/**
 * The error codes of messages that Kafka will never accept: corrupt, of a bad size, too large alone or as a batch, or
 * invalid (librdkafka's rdkafka.h). The codes of a topic that is unknown or not allowed are not among them, since an
 * operator can fix that.
 */
const REFUSED: readonly unknown[] = [2, 4, 10, 18, 87]
const DELIVERY_TIMEOUT_MS = 10_000
const QUEUE_SIZE = 10_000
/** How often librdkafka is asked for delivery reports. */
const POLL_MS = 5

export interface OutgoingMessage {
  /** The full name, including the installation's prefix. */
  topic: string
  /** Messages with the same key keep their order within a topic; null: no order, any partition. */
  key: string | null
  value: Buffer | null
  headers?: Record<string, string>
}

/** What became of a message; see {@link EventProducer.publish}. */
export type Delivery = 'delivered' | 'unknown' | 'refused'

export interface EventProducer {
  /**
   * Sends messages in order, after those of earlier calls, and resolves once each is settled: `delivered` if all in-sync
   * replicas acknowledged it. Never rejects, and takes at most the delivery timeout.
   *
   * `unknown` means "not known to be delivered": the message was not sent, or it was sent and the acknowledgement is
   * missing. So a message that you send again may arrive twice. For one topic and key, the results are first
   * `delivered`, then only `unknown`, and Kafka never holds a message without those before it. So if you send the
   * unknown messages again, in order and before anything newer, the order of first delivery is kept. There are two
   * exceptions, which later messages overtake: a message that Kafka will never accept, such as one that is too large,
   * is `refused`; one whose topic is not allowed is `unknown`. Adding partitions to a topic moves keys to other
   * partitions, which breaks their order.
   */
  publish(messages: OutgoingMessage[]): Promise<Delivery[]>
  /** 'up' while a broker can be reached; may be a few seconds old. */
  status(): 'up' | 'down'
  /**
   * Waits for the messages under way, then disconnects. Always resolves within `deadlineMs`; messages still unsettled
   * by then are reported as unknown. From the first call on, `publish` answers `unknown`.
   */
  close(deadlineMs: number): Promise<void>
}

export interface ProducerOptions extends KafkaCluster {
  clientId: string
  logger: Log
  /** Milliseconds after which `publish` gives up (10,000). */
  deliveryTimeoutMs?: number
  /** Messages that librdkafka holds (10,000); further ones wait here. */
  queueSize?: number
}

interface Unsettled {
  message: OutgoingMessage
  settle: (delivery: Delivery) => void
}

/**
 * An idempotent producer that survives outages of its brokers: it connects in the background, and reconnects when
 * necessary.
 *
 * librdkafka's own message timeout could fail a message and still deliver the one after it; even
 * `enable.gapless.guarantee` does not prevent that. So the producer never lets that timeout expire: when a message is
 * late, it drops the whole client with everything that it holds, and connects a new one.
 */
export function createProducer(options: ProducerOptions): EventProducer {
  const { logger, deliveryTimeoutMs = DELIVERY_TIMEOUT_MS } = options
  const closing = new AbortController()
  /** By number, ascending; those from `nextToSend` on have not been passed to librdkafka yet. */
  const unsettled = new Map<number, Unsettled>()
  let nextNumber = 1
  let nextToSend = 1
  let connected: Connected<rdkafka.Producer> | undefined
  let onEmpty = () => {}
  let connecting = connect()

  async function connect(): Promise<void> {
    const link = await connectUntil(() => createClient(options), logger, closing.signal)
    if (link === undefined) return
    if (closing.signal.aborted) return disconnect(link.client)
    link.client.setPollInterval(POLL_MS)
    link.client.on('delivery-report', (error: rdkafka.LibrdKafkaError | null, { opaque }) => {
      if (error) logger.warn({ err: error }, 'Kafka did not accept a message')
      settle(opaque as number, error === null ? 'delivered' : deliveryOf(error.code))
      send()
    })
    connected = link
    logger.info('Connected to Kafka')
  }

  function settle(number: number, delivery: Delivery): void {
    unsettled.get(number)?.settle(delivery)
    unsettled.delete(number)
    if (unsettled.size === 0) onEmpty()
  }

  function settleAll(): void {
    nextToSend = nextNumber
    for (const number of unsettled.keys()) settle(number, 'unknown')
  }

  /** Passes messages to librdkafka until its queue is full; the next delivery report continues from there. */
  function send(): void {
    for (; connected !== undefined && nextToSend < nextNumber; nextToSend++) {
      const { topic, key, value, headers = {} } = (unsettled.get(nextToSend) as Unsettled).message
      const headerList = Object.entries(headers).map(([name, text]) => ({ [name]: text }))
      try {
        connected.client.produce(topic, null, value, key, null, nextToSend, headerList)
      } catch (cause) {
        const error = toError(cause)
        if (error.code === ERR__QUEUE_FULL) return
        if (error.code === ERR__FATAL || error.code === ERR__STATE) {
          replace('the client failed', error)
          return
        }
        logger.error({ err: error, topic, headers }, 'Kafka cannot accept this message')
        settle(nextToSend, deliveryOf(error.code))
      }
    }
  }

  /**
   * Replaces a client that failed or is stuck, and drops all that it holds, so that none of its messages arrives late.
   */
  function replace(reason: string, error?: Error): void {
    if (connected === undefined) return
    const { client } = connected
    logger.warn({ err: error, unsettled: unsettled.size }, `Reconnecting to Kafka: ${reason}`)
    connected = undefined
    settleAll()
    connecting = Promise.all([connecting, disconnect(client), connect()]).then(() => undefined)
  }

  return {
    async publish(messages) {
      const results = messages.map((): Delivery => 'unknown')
      if (connected === undefined || closing.signal.aborted || messages.length === 0) return results
      return new Promise((resolve) => {
        let open = messages.length
        const late = setTimeout(() => replace(`no answer within ${deliveryTimeoutMs} ms`), deliveryTimeoutMs)
        messages.forEach((message, index) => {
          const settle = (delivery: Delivery) => {
            results[index] = delivery
            if (--open > 0) return
            clearTimeout(late)
            resolve(results)
          }
          unsettled.set(nextNumber++, { message, settle })
        })
        send()
      })
    },
    status: () => (connected?.reachable() === true ? 'up' : 'down'),
    async close(deadlineMs) {
      const end = performance.now() + deadlineMs
      closing.abort()
      if (unsettled.size > 0) {
        await settledWithin(new Promise<void>((resolve) => (onEmpty = resolve)), deadlineMs)
      }
      const client = connected?.client
      connected = undefined
      settleAll()
      const stopped = Promise.all([connecting, client && disconnect(client)])
      await settledWithin(stopped, Math.max(0, end - performance.now()))
    }
  }
}

const deliveryOf = (code: unknown): Delivery => (REFUSED.includes(code) ? 'refused' : 'unknown')

function createClient(options: ProducerOptions): rdkafka.Producer {
  const { deliveryTimeoutMs = DELIVERY_TIMEOUT_MS, queueSize = QUEUE_SIZE } = options
  return new rdkafka.Producer(
    {
      ...clientConfig(options, options.clientId),
      'enable.idempotence': true,
      'compression.codec': 'lz4',
      // Relays hand over whole batches; waiting longer for more would only delay a single event.
      'linger.ms': 1,
      'queue.buffering.max.messages': queueSize,
      'queue.buffering.max.kbytes': 64 * 1024,
      dr_cb: true
    },
    {
      acks: -1,
      // Kafka's Java client chooses partitions the same way, so other producers can use the same keys.
      partitioner: 'murmur2_random',
      'message.timeout.ms': 3 * deliveryTimeoutMs
    }
  )
}
