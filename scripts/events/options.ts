import { parseArgs } from 'node:util'
import { TOPICS } from '../../plugins/messaging/topics.js'

export const HELP = `Usage: npm run events -- <command> [options]

  tail [topic]              shows all events from the beginning, then new ones as they arrive, until Ctrl-C
  lag                       shows how far the workers are behind, per topic and partition
  dlq list [topic]          lists dead letters: where, when and why
  dlq show <position>       shows one in full; "dlq list" prints positions, such as audit.log.dlq/2/17
  dlq replay [position …]   sends dead letters to their topic again and takes them off the list
  dlq discard [position …]  takes dead letters off the list
  replay and discard need positions, --topic or --all.

  refused list                 lists events that Kafka, or without Kafka a handler, will never accept, and why
  refused show <position>      shows one in full; "refused list" prints positions, such as main/17/kafka
  refused retry <position …>   tries them once more, after later events; --all: all of them
  refused discard <position …> takes them off the list; --all: all of them
  open-logs                    opens the event logs to readers, once every process runs this version
  renew-epoch [log]            invalidates clients' cursors after a restore; log: main, or the id of a tenant
  These use the database settings, as npm run tenants does.

  --topic TOPIC    replay and discard: all dead letters of this topic
  --all            replay and discard: every dead letter
  --limit N        tail and list: show at most N
  --json           tail: one JSON object per line, with all fields of the event
  --brokers HOSTS  host:port, or several separated by commas; default: KAFKA_BROKERS, or else the brokers of the
                   running \`npm start\` (found through DATA_DIR)
  --help           this text

Topics: ${TOPICS.join(', ')}.
Set KAFKA_TOPIC_PREFIX and KAFKA_GROUP_ID as for the workers. The offsets of the group <KAFKA_GROUP_ID>-dlq record
which dead letters are settled; Kafka removes their bytes when their topic's retention time is over. The brokers'
offsets.retention.minutes must be longer than that, or else settled dead letters are on the list again.`

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
  /** Positions like "audit.log.dlq/2/17"; empty for all of the topic, or of every topic. */
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
    if (rest[0] === undefined)
      throw new Error('Name the dead letter: npm run events -- dlq show audit.log.dlq/2/17')
    return { name: 'dlq show', brokers, place: placeOf(rest[0]) }
  }
  if (first === 'dlq' && (second === 'replay' || second === 'discard')) {
    const topic = topicOf(values.topic)
    if (rest.length === 0 && topic === undefined && !values.all)
      throw new Error(`Name the dead letters: positions as "dlq list" shows them, --topic TOPIC, or --all`)
    return { name: `dlq ${second}`, brokers, places: rest.map(placeOf), topic }
  }
  throw new Error(`There is no command "${positionals.join(' ')}"; see npm run events -- --help`)
}

function topicOf(text: string | undefined): string | undefined {
  const topic = text?.replace(/\.dlq$/, '')
  if (topic === undefined || TOPICS.some((name) => name === topic)) return topic
  throw new Error(`"${text ?? ''}" is not a topic; use one of ${TOPICS.join(', ')}`)
}

function placeOf(text: string): string {
  if (!/^[a-z.]+\.dlq\/\d+\/\d+$/.test(text))
    throw new Error(`"${text}" is not a position such as audit.log.dlq/2/17, as "dlq list" shows them`)
  return text
}

function limitOf(text: string | undefined): number {
  if (text === undefined) return Infinity
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`--limit must be a whole number from 1, not "${text}"`)
  return Number(text)
}
