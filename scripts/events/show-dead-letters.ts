import type { IncomingMessage } from '../../plugins/messaging/incoming-message.js'
import { openDeadLetters, placeOf, readDeadLetters } from './dead-letters.js'
import type { KafkaPlace } from './find-kafka.js'
import type { ListCommand, ShowCommand } from './options.js'
import type { PartitionRange } from './partitions.js'
import { printable, printableJson } from '../operator/printable.js'
import type { Say } from './say.js'
import { table } from './table.js'

const MESSAGE_LENGTH = 80

/** @returns the exit code */
export async function listDeadLetters(
  kafka: KafkaPlace,
  { topic, limit }: ListCommand,
  say: Say
): Promise<number> {
  const ranges = await openDeadLetters(kafka, topic)
  const total = countOf(ranges)
  const unrecorded = countOf(ranges.filter(({ isRecorded }) => !isRecorded))
  const rows: string[][] = []
  for await (const letter of readDeadLetters(kafka, ranges)) {
    if (rows.length >= limit) break
    const { failed_at = '', error_name = '', error_message = '', event_id = '' } = letter.headers
    const reason = `${error_name}: ${error_message}`.replace(/\s+/g, ' ').slice(0, MESSAGE_LENGTH)
    rows.push([placeOf(letter), failed_at, event_id, reason])
  }
  if (rows.length > 0) say(table(['position', 'failed at', 'event', 'why'], rows))
  say(rows.length < total ? `${rows.length} of ${total} dead letters.` : `${total} dead letters.`)
  if (unrecorded > 0)
    say(
      `${unrecorded} of them are in partitions where none was settled, or so long ago that Kafka no longer knows up to ` +
        'which one (offsets.retention.minutes of the brokers).'
    )
  return 0
}

const countOf = (ranges: PartitionRange[]) =>
  ranges.reduce((sum, { low, high }) => sum + Math.max(0, high - low), 0)

/** @returns the exit code: 1 if it does not exist */
export async function showDeadLetter(kafka: KafkaPlace, { place }: ShowCommand, say: Say): Promise<number> {
  const [topic = '', partition, offset] = place.split('/')
  const [low, number] = [Number(offset), Number(partition)]
  const known = (await openDeadLetters(kafka, topic.replace(/\.dlq$/, ''))).find(
    (one) => one.partition === number
  )
  if (known === undefined || low >= known.high)
    throw new Error(`No dead letter is at ${place}; npm run events -- dlq list shows all of them`)
  const range = { topic: kafka.topicPrefix + topic, partition: number, low, high: low + 1 }
  for await (const letter of readDeadLetters(kafka, [range])) {
    say(`position: ${placeOf(letter)}${low < known.low ? ' (settled)' : ''}`)
    say(`key: ${printable(letter.key ?? '-')}`)
    for (const [name, value] of Object.entries(letter.headers)) say(printable(`${name}: ${value}`))
    say(`\n${readable(letter)}`)
    return 0
  }
  throw new Error(`The dead letter at ${place} no longer exists`)
}

/** JSON with indentation, other text in one line, and anything else in hexadecimal. */
function readable({ value }: IncomingMessage): string {
  if (value === null) return '(no value)'
  const text = value.toString('utf8')
  if (!Buffer.from(text, 'utf8').equals(value)) return value.toString('hex')
  try {
    return printableJson(JSON.parse(text), 2)
  } catch {
    return printable(text)
  }
}
