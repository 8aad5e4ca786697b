// Needs a process of its own: the command listens to its signals.
import { execFile } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { userInfo } from 'node:os'
import { promisify } from 'node:util'
import t from 'tap'
import type { EventData } from '../../core/events.js'
import { createDeadLetterPublisher } from '../../plugins/messaging/dead-letters.js'
import { InvalidEventError, parseEvent } from '../../plugins/messaging/event.js'
import { createProducer } from '../../plugins/messaging/kafka-producer.js'
import { disconnect } from '../../plugins/messaging/kafka-client.js'
import { rangesOf } from '../../scripts/events/partitions.js'
import { connectReader, readRanges } from '../../scripts/events/read-messages.js'
import { runEvents } from '../../scripts/events/run.js'
import { program } from '../../scripts/program.js'
import { brokers, makeTopics, readTopic, silent, uniquePrefix, until } from '../messaging/brokers.js'

const prefix = uniquePrefix(t)
const producer = createProducer({ brokers, clientId: 'test', logger: silent })
t.teardown(() => producer.close(5_000))
const used = ['audit.log', 'audit.log.dlq', 'file.process.dlq', 'tenant.deleted']
await makeTopics(used.map((topic) => prefix + topic))
await until(() => producer.status() === 'up')

const environment = {
  KAFKA_BROKERS: brokers,
  KAFKA_TOPIC_PREFIX: prefix,
  KAFKA_GROUP_ID: randomUUID(),
  SECRETS_KEY: randomBytes(32).toString('base64')
}

async function events(...args: string[]): Promise<{ code: number; output: string }> {
  const lines: string[] = []
  const code = await runEvents(args, environment, (text) => lines.push(text)).catch((error: unknown) => {
    lines.push((error as Error).message)
    return 1
  })
  return { code, output: lines.join('\n') }
}

/** Publishes dead letters with one key, so that they are in one partition. */
async function deadLetters(values: string[]): Promise<void> {
  const publish = createDeadLetterPublisher(producer, prefix)
  for (const [offset, value] of values.entries()) {
    const message = { topic: 'audit.log', partition: 0, offset, key: 'k', timestamp: Date.now() }
    const headers = { event_id: `id-${value}`, traceparent: 'x' }
    const error = new InvalidEventError(`cannot read ${value}`)
    t.ok(await publish({ ...message, value: Buffer.from(value), headers }, error))
  }
}

/** The position and event in each line. */
const listed = (output: string) =>
  [...output.matchAll(/^(audit\.log\.dlq\/\d+\/\d+) .* id-(\S+)/gm)].map(([, place = '', value]) => ({
    place,
    value
  }))

t.test('dead letters are listed, shown, discarded one by one and replayed', async (t) => {
  t.match(await events('dlq', 'list'), { code: 0, output: /^0 dead letters\./m })
  await deadLetters(['one', 'two', 'three', 'four'])
  const first = await events('dlq', 'list', 'audit.log')
  const places = listed(first.output)
  t.same(
    places.map(({ value }) => value),
    ['one', 'two', 'three', 'four']
  )
  t.match(first.output, /InvalidEventError: cannot read two/)
  t.match(first.output, /^4 dead letters\.\n4 of them are in partitions where none was settled/m)
  t.match((await events('dlq', 'list', '--limit', '1')).output, /^1 of 4 dead letters\./m)

  const third = String(places[2]?.place)
  const shown = await events('dlq', 'show', third)
  t.match(shown, { code: 0, output: /key: k\n/ })
  t.match(shown.output, /error_message: cannot read three\n[^]*\n\nthree$/)

  t.match(await events('dlq', 'discard', third), { code: 0, output: /^1 dead letters were discarded/m })
  const second = await events('dlq', 'list')
  t.match(second.output, /^3 dead letters\.$/m)
  t.notMatch(second.output, /none was settled/)
  const left = listed(second.output)
  t.same(
    left.map(({ value }) => value),
    ['four', 'one', 'two'],
    'the ones before it moved to the end'
  )
  t.match(await events('dlq', 'discard', third), { code: 1, output: /No open dead letter/ })

  t.match(await events('dlq', 'replay', '--topic', 'audit.log'), {
    code: 0,
    output: /^3 dead letters were replayed/m
  })
  t.match(await events('dlq', 'list'), { output: /^0 dead letters\./m })
  const sent = await readTopic(brokers, `${prefix}audit.log`, (all) => all.length >= 5)
  const replayed = sent.filter(({ key }) => String(key) === 'k')
  t.same(
    replayed.map(({ value }) => String(value)),
    ['four', 'one', 'two']
  )
  t.same(
    replayed.map(({ key }) => String(key)),
    ['k', 'k', 'k']
  )
  const names = replayed[0]?.headers?.flatMap((header) => Object.keys(header))
  t.same(names, ['event_id', 'traceparent'], 'only the original headers')

  const entries = sent.filter(({ key }) => String(key) !== 'k').map(({ value }) => parseEvent(value))
  const { username: os_user } = userInfo()
  // They have different keys, so their order is not guaranteed.
  const actions = entries.map(({ data }) => data as EventData<'audit.log'>)
  t.match(
    actions.sort((one, other) => one.action.localeCompare(other.action)),
    [
      { action: 'dead_letters.discarded', details: { count: 1, places: [third], os_user } },
      {
        action: 'dead_letters.replayed',
        details: { count: 3, places: left.map(({ place }) => place), os_user }
      }
    ]
  )

  const lag = await events('lag')
  t.match(lag.output, /^audit\.log +\d +- +[345] +[345]$/m)
  t.match(lag.output, /has 5 events still to handle/m)
})

t.test('a dead letter without its value is not replayed', async (t) => {
  const publish = createDeadLetterPublisher(producer, prefix)
  const message = { topic: 'file.process', partition: 0, offset: 0, key: 'k', timestamp: 0, headers: {} }
  t.ok(await publish({ ...message, value: Buffer.alloc(990_000) }, new Error('large')))
  const large = { large: 'x'.repeat(999_500) }
  t.ok(await publish({ ...message, value: Buffer.from('small'), headers: large }, new Error('a header')))
  t.match(await events('dlq', 'replay', '--topic', 'file.process'), { code: 1, output: /2 stay on the list/ })
  t.match(await events('dlq', 'list', 'file.process'), { output: /^2 dead letters\./m })
  t.match(await events('dlq', 'discard', '--all'), { code: 0, output: /^2 dead letters were discarded/m })
})

t.test('reading ends with a partition whose last messages were removed', async (t) => {
  const topic = `${prefix}tenant.created`
  await makeTopics([topic])
  t.same(await producer.publish([{ topic, key: 'k', value: Buffer.from('left') }]), ['delivered'])
  const client = await connectReader({ brokers })
  t.teardown(() => disconnect(client))
  const whole = await rangesOf(client, [topic])
  const values: string[] = []
  // What is removed after its range was read, by retention or compaction, never arrives; nor do transactions' markers.
  for await (const { value } of readRanges(
    client,
    whole.map((range) => ({ ...range, high: range.high + 3 }))
  ))
    values.push(String(value))
  t.same(values, ['left'])
})

t.test('tail shows the events of a topic', async (t) => {
  const event = {
    event_id: randomUUID(),
    event_type: 'tenant.deleted',
    tenant_id: randomUUID(),
    user_id: null,
    timestamp: '2026-01-31T09:30:00.000Z',
    data: {}
  }
  const message = { topic: `${prefix}tenant.deleted`, key: 'k', value: Buffer.from(JSON.stringify(event)) }
  t.same(await producer.publish([message]), ['delivered'])
  const { code, output } = await events('tail', 'tenant.deleted', '--limit', '1')
  t.equal(code, 0)
  t.match(output, event.event_id)
})

t.test('wrong usage is explained', async (t) => {
  const help = await promisify(execFile)(process.execPath, [...program('scripts/events'), '--help'])
  t.match(help.stdout, /Usage: npm run events/)
  t.match(await events('tail', 'no.such'), { code: 1, output: /use one of tenant\.created/ })
  t.match(await events('dlq', 'replay'), { code: 1, output: /--topic TOPIC, or --all/ })
  t.match(await events('dlq', 'show', 'x'), { code: 1, output: /not a position/ })
  t.match(await events('lag', '--brokers', '127.0.0.1:1'), {
    code: 1,
    output: /No Kafka broker is reachable/
  })
  const settings = { ...process.env, ...environment, KAFKA_SECURITY_PROTOCOL: 'x' }
  const misconfigured = promisify(execFile)(process.execPath, [...program('scripts/events'), 'lag'], {
    env: settings
  })
  await t.rejects(misconfigured, { code: 1, stderr: /\n {2}- KAFKA_SECURITY_PROTOCOL / })
})
