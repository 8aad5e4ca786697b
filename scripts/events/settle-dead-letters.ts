import { randomUUID } from 'node:crypto'
import { SingleBar } from 'cli-progress'
import { pino } from 'pino'
import type rdkafka from 'node-rdkafka'
import type { Event } from '../../core/events.js'
import { toMessage } from '../../plugins/messaging/event.js'
import type { IncomingMessage } from '../../plugins/messaging/incoming-message.js'
import { disconnect, toError } from '../../plugins/messaging/kafka-client.js'
import {
  createProducer,
  type EventProducer,
  type OutgoingMessage
} from '../../plugins/messaging/kafka-producer.js'
import type { EventSigner } from '../../plugins/messaging/signatures.js'
import { osUser } from '../operator/record-command.js'
import { openDeadLetters, placeOf, readDeadLetters, settlingGroup } from './dead-letters.js'
import type { KafkaPlace } from './find-kafka.js'
import type { SettleCommand } from './options.js'
import { connectReader } from './read-messages.js'
import type { Say } from './say.js'
import { rangesUpTo } from './settle-ranges.js'

const BATCH = 500
const CONNECT_MS = 10_000
const CLOSE_MS = 10_000
/** Headers that a dead letter has in addition to the original ones. */
const ERROR_HEADERS = /^(error_name|error_message|failed_at|original_\w+|value_omitted)$/

/**
 * Replays or discards dead letters. The list is everything after an offset, so letters before a chosen one that were
 * not chosen are first sent again, to the end of the list. Offsets are committed once Kafka has acknowledged those
 * messages: after a crash at any point, a letter may be sent or listed twice, but none is lost. With each batch, an
 * audit event records who settled which letters.
 * @returns the exit code: 1 if some could not be replayed
 */
export async function settleDeadLetters(
  kafka: KafkaPlace,
  command: SettleCommand,
  signer: EventSigner,
  say: Say
): Promise<number> {
  const replaying = command.name === 'dlq replay'
  const chosen = command.places.length === 0 ? undefined : new Set(command.places)
  const open = await openDeadLetters(kafka, command.topic)
  const ranges = chosen === undefined ? open : rangesUpTo(open, chosen, kafka.topicPrefix)
  const total = ranges.reduce((sum, { low, high }) => sum + Math.max(0, high - low), 0)
  const counts = { done: 0, kept: 0, impossible: 0 }
  const bar = new SingleBar({
    format: '{bar} {value}/{total} dead letters',
    clearOnComplete: true,
    noTTYOutput: false
  })
  const committer = await connectReader(kafka, settlingGroup(kafka))
  const producer = createProducer({
    ...kafka,
    clientId: 'strongroom-events',
    logger: pino({ level: 'silent' })
  })
  try {
    await connected(producer)
    bar.start(total, 0)
    let batch: IncomingMessage[] = []
    const settle = async () => {
      const settled = batch.filter(isSettled)
      const entries = settled.length > 0 ? [auditEntry(command.name, settled, kafka.topicPrefix, signer)] : []
      await publish(producer, [...batch.flatMap(outgoing), ...entries])
      await commit(committer, batch, kafka.topicPrefix)
      bar.increment(batch.length)
      batch = []
    }
    for await (const letter of readDeadLetters(kafka, ranges)) {
      batch.push(letter)
      if (batch.length === BATCH) await settle()
    }
    if (batch.length > 0) await settle()
  } finally {
    bar.stop()
    await producer.close(CLOSE_MS)
    await disconnect(committer)
  }
  say(`${counts.done} dead letters were ${replaying ? 'replayed' : 'discarded'}.`)
  if (counts.impossible > 0)
    say(
      `${counts.impossible} stay on the list: they were too large to be kept whole, but may still be in their topics.`
    )
  return counts.impossible > 0 ? 1 : 0

  function isChosen(letter: IncomingMessage): boolean {
    return chosen === undefined || chosen.has(placeOf(letter))
  }

  function isSettled(letter: IncomingMessage): boolean {
    return isChosen(letter) && !(replaying && letter.headers['value_omitted'] !== undefined)
  }

  function outgoing(letter: IncomingMessage): OutgoingMessage[] {
    const { key, value, headers } = letter
    if (!isSettled(letter)) {
      if (isChosen(letter)) counts.impossible++
      else counts.kept++
      return [{ topic: kafka.topicPrefix + letter.topic, key, value, headers }]
    }
    counts.done++
    if (!replaying) return []
    const original = Object.entries(headers).filter(([name]) => !ERROR_HEADERS.test(name))
    const topic = kafka.topicPrefix + letter.topic.replace(/\.dlq$/, '')
    return [{ topic, key, value, headers: Object.fromEntries(original) }]
  }
}

/**
 * The audit event that records who settled which letters; its time is this machine's, since no database is involved.
 */
function auditEntry(
  name: SettleCommand['name'],
  letters: IncomingMessage[],
  topicPrefix: string,
  signer: EventSigner
): OutgoingMessage {
  const event: Event<'audit.log'> = {
    event_id: randomUUID(),
    event_type: 'audit.log',
    tenant_id: null,
    user_id: null,
    timestamp: new Date().toISOString(),
    data: {
      action: name === 'dlq replay' ? 'dead_letters.replayed' : 'dead_letters.discarded',
      target: { type: 'command', id: `events ${name}` },
      details: { count: letters.length, places: letters.map(placeOf), os_user: osUser() },
      ip: null
    }
  }
  return toMessage(event, topicPrefix, signer)
}

async function connected(producer: EventProducer): Promise<void> {
  const end = performance.now() + CONNECT_MS
  while (producer.status() !== 'up') {
    if (performance.now() > end) throw new Error('No Kafka broker is reachable')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

async function publish(producer: EventProducer, messages: OutgoingMessage[]): Promise<void> {
  const outcomes = await producer.publish(messages)
  if (outcomes.some((outcome) => outcome !== 'delivered'))
    throw new Error('Kafka did not accept all of them; the rest are still listed. Try again.')
}

function commit(client: rdkafka.KafkaConsumer, letters: IncomingMessage[], prefix: string): Promise<void> {
  const next = new Map<string, rdkafka.TopicPartitionOffset>()
  for (const { topic, partition, offset } of letters)
    next.set(`${topic}/${partition}`, { topic: prefix + topic, partition, offset: offset + 1 })
  return new Promise((resolve, reject) => {
    try {
      client.commitSync([...next.values()])
      resolve()
    } catch (error) {
      reject(toError(error))
    }
  })
}
