import { parseArgs } from 'node:util'
import { TOPICS } from '../../plugins/messaging/topics.js'

export const HELP = `Usage: npm run events -- <command> [options]

  tail [topic]           shows the events from the beginning, and then those that come, until Ctrl-C
  lag                    how far the workers are behind, by topic and partition
  dlq list [topic]       the dead letters: where, when and why
  dlq show <place>       one of them with all that is known; its place is like audit.log.dlq/2/17, as list says
  dlq replay [place …]   sends dead letters to their topic again, which takes them off the list
  dlq discard [place …]  takes dead letters off the list
  replay and discard take the places that are named, or all of --topic, or every one with --all.

  --topic TOPIC    replay and discard: all dead letters of this topic
  --all            replay and discard: every dead letter
  --limit N        tail and list: at most so many
  --json           tail: one JSON object for each line, with all that is known of an event
  --brokers HOSTS  host:port, more of them separated by commas. Without it KAFKA_BROKERS counts, and where that
                   is not set either, the server that \`npm start\` runs (found through DATA_DIR)
  --help           this text

Topics: ${TOPICS.join(', ')}.
KAFKA_TOPIC_PREFIX and KAFKA_GROUP_ID are those of the workers. The group <KAFKA_GROUP_ID>-dlq remembers how far
the dead letters are settled; Kafka removes their bytes when the retention of their topic is over.`

export interface TailCommand {
  name: 'tail'
  topic: string | undefined
  limit: number
  json: boolean
}
export interface ListCommand {
  name: 'dlq list'
  topic: string | undefined
  limit: number
}
export interface ShowCommand {
  name: 'dlq show'
  place: string
}
export interface SettleCommand {
  name: 'dlq replay' | 'dlq discard'
  /** Like "audit.log.dlq/2/17"; none: all of the topic, and without a topic all. */
  places: string[]
  topic: string | undefined
}
export type Command = { brokers: string | undefined } & (
  { name: 'help' } | { name: 'lag' } | TailCommand | ListCommand | ShowCommand | SettleCommand
)

/** @throws an Error that says what is wrong with the command line */
export function parseCommand(args: string[]): Command {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      topic: { type: 'string' },
      all: { type: 'boolean', default: false },
      limit: { type: 'string' },
      json: { type: 'boolean', default: false },
      brokers: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false }
    }
  })
  const { brokers } = values
  const [first, second, ...rest] = positionals
  if (values.help || first === undefined) return { name: 'help', brokers }
  const limit = limitOf(values.limit)
  if (first === 'tail') return { name: 'tail', brokers, topic: topicOf(second), limit, json: values.json }
  if (first === 'lag') return { name: 'lag', brokers }
  if (first === 'dlq' && second === 'list') {
    return { name: 'dlq list', brokers, topic: topicOf(rest[0] ?? values.topic), limit }
  }
  if (first === 'dlq' && second === 'show') {
    if (rest[0] === undefined) throw new Error('Say which one: npm run events -- dlq show audit.log.dlq/2/17')
    return { name: 'dlq show', brokers, place: placeOf(rest[0]) }
  }
  if (first === 'dlq' && (second === 'replay' || second === 'discard')) {
    const topic = topicOf(values.topic)
    if (rest.length === 0 && topic === undefined && !values.all)
      throw new Error(`Say which ones: places as "dlq list" shows them, --topic TOPIC, or --all`)
    return { name: `dlq ${second}`, brokers, places: rest.map(placeOf), topic }
  }
  throw new Error(`There is no command "${positionals.join(' ')}"; see npm run events -- --help`)
}

function topicOf(text: string | undefined): string | undefined {
  const topic = text?.replace(/\.dlq$/, '')
  if (topic === undefined || TOPICS.some((name) => name === topic)) return topic
  throw new Error(`"${text ?? ''}" is not one of ${TOPICS.join(', ')}`)
}

function placeOf(text: string): string {
  if (!/^[a-z.]+\.dlq\/\d+\/\d+$/.test(text))
    throw new Error(`"${text}" is not a place like audit.log.dlq/2/17, as "dlq list" shows them`)
  return text
}

function limitOf(text: string | undefined): number {
  if (text === undefined) return Infinity
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`--limit must be a number above 0, not "${text}"`)
  return Number(text)
}
