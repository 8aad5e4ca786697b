import { randomUUID } from 'node:crypto'
import t from 'tap'
import { createDeadLetterPublisher } from '../../plugins/messaging/dead-letters.js'
import { createConsumer, type IncomingMessage } from '../../plugins/messaging/kafka-consumer.js'
import { createProducer } from '../../plugins/messaging/kafka-producer.js'
import {
  allDelivered,
  brokers,
  committedOffsets,
  createGate,
  makeTopics,
  readTopic,
  silent,
  uniquePrefix,
  until
} from './brokers.js'

const prefix = uniquePrefix(t)
const producer = createProducer({ brokers, clientId: 'test', logger: silent })
t.teardown(() => producer.close(5_000))

/** Joining a group takes seconds, so one consumer serves all tests; each test has its own topic and handler. */
const handlers: Record<string, (message: IncomingMessage) => Promise<void>> = {}
const debugged: string[] = []
const options = {
  brokers,
  groupId: randomUUID(),
  clientId: 'test',
  topicPrefix: prefix,
  topics: ['parallel', 'poison', 'busy', 'noisy', 'calm', 'closing'],
  concurrency: 4,
  handle: async (message: IncomingMessage) => handlers[message.topic]?.(message),
  deadLetter: createDeadLetterPublisher(producer, prefix),
  retry: { attempts: 3, baseMs: 1, maxMs: 5 },
  logger: { ...silent, debug: (_fields: unknown, text?: string) => void debugged.push(String(text)) }
}
const consumer = createConsumer(options)
t.teardown(() => consumer.close(5_000))
t.before(async () => {
  await makeTopics(options.topics.map((topic) => prefix + topic))
  await consumer.start()
  // All topics: those that a broker creates later are assigned later, which redelivers uncommitted messages.
  const assigned = () => new Set(consumer.status().assignments.map(({ topic }) => topic))
  await until(() => assigned().size === options.topics.length && producer.status() === 'up')
})

const publish = async (topic: string, messages: [key: string, value: string | Buffer][], headers = {}) => {
  const outgoing = messages.map(([key, value]) => ({
    topic: prefix + topic,
    key,
    value: Buffer.from(value),
    headers
  }))
  const results = await producer.publish(outgoing)
  t.ok(allDelivered(results), 'published')
}

t.test('messages of a key are handled in order, one at a time; different keys concurrently', async (t) => {
  const keys = ['a', 'b', 'c', 'd']
  const running = new Set<string>()
  const handled: Record<string, string[]> = {}
  const allRunning = createGate()
  handlers['parallel'] = async ({ key, value }) => {
    const name = String(key)
    t.notOk(running.has(name), 'never two messages of a key')
    running.add(name)
    if (running.size === keys.length) allRunning.open()
    await allRunning.opened
    running.delete(name)
    ;(handled[name] ??= []).push(String(value))
  }
  await publish(
    'parallel',
    ['1', '2', '3'].flatMap((value) => keys.map((key): [string, string] => [key, value]))
  )
  await until(() => keys.every((key) => handled[key]?.length === 3))
  for (const key of keys) t.same(handled[key], ['1', '2', '3'])
})

t.test('a message that keeps failing becomes a dead letter, and its partition continues', async (t) => {
  const poison = Buffer.from([0, 255, 1, 254])
  const seen: string[] = []
  handlers['poison'] = async (message) => {
    seen.push(String(message.headers['event_type']))
    if (message.value?.equals(poison)) throw new TypeError('cannot digest this')
  }
  await publish('poison', [['k', poison]], { event_type: 'bad', note: 'Größe' })
  await publish('poison', [['k', 'fine']], { event_type: 'good' })
  await until(() => seen.includes('good'))
  t.same(seen, ['bad', 'bad', 'bad', 'good'], 'three attempts, then the next message of its key')
  // The key continues while its dead letter is being published.
  await until(() => consumer.status().failed >= 1)

  const [letter] = await readTopic(brokers, `${prefix}poison.dlq`, (all) => all.length >= 1)
  t.ok(poison.equals(letter?.value as Buffer), 'the original bytes')
  t.equal(String(letter?.key), 'k')
  const headers = Object.fromEntries(
    (letter?.headers ?? [])
      .flatMap((header) => Object.entries(header))
      .map(([name, value]) => [name, String(value)])
  )
  const partition = Number(headers['original_partition'])
  t.match(headers, {
    event_type: 'bad',
    note: 'Größe',
    error_name: 'TypeError',
    error_message: 'cannot digest this',
    original_topic: `${prefix}poison`,
    original_offset: '0'
  })
  await until(() => consumer.status().last.some(({ event_type }) => event_type === 'good'))
  await until(() => consumer.status().connected)
  const { last } = consumer.status()
  const lastTwo = last.slice(-2).toSorted((one, other) => one.offset - other.offset)
  t.match(lastTwo, [
    { topic: 'poison', partition, offset: 0, event_type: 'bad', outcome: 'dead_lettered' },
    { topic: 'poison', partition, offset: 1, event_type: 'good', outcome: 'handled' }
  ])
})

t.test('busy handlers pause fetching, which neither loses nor repeats a message', async (t) => {
  const gate = createGate()
  const handled: number[] = []
  handlers['busy'] = async ({ value }) => {
    await gate.opened
    handled.push(Number(String(value)))
  }
  const numbers = Array.from({ length: 500 }, (_number, index) => index)
  await publish(
    'busy',
    numbers.map((number) => ['k', String(number)])
  )
  await until(() => debugged.some((text) => text.includes('paused')))
  gate.open()
  await until(() => handled.length >= numbers.length)
  t.same(handled, numbers)
  t.equal(consumer.status().last.length, 20, 'only the latest messages are remembered')
})

t.test(
  'a key with a long backlog holds up neither other partitions nor messages soon after it',
  async (t) => {
    const gate = createGate()
    const others = new Set<string>()
    handlers['noisy'] = async ({ key }) => {
      if (key === 'noisy') await gate.opened
      else others.add(String(key))
    }
    handlers['calm'] = async ({ key }) => void others.add(String(key))
    const backlog = (count: number) =>
      Array.from({ length: count }, (_, index): [string, string] => ['noisy', String(index)])
    await publish('noisy', [...backlog(100), ['behind it', ''], ...backlog(400)])
    await until(() => others.has('behind it'))
    await publish(
      'calm',
      ['1', '2', '3'].map((key) => [key, ''])
    )
    await until(() => others.size === 4)
    t.same([...others].toSorted(), ['1', '2', '3', 'behind it'])
    gate.open()
  }
)

t.test('close() waits for handlers and commits only finished messages', async (t) => {
  const started = createGate()
  const gate = createGate()
  const happened: string[] = []
  handlers['closing'] = async ({ value }) => {
    started.open()
    await gate.opened
    happened.push(`handled ${String(value)}`)
  }
  await publish('closing', [
    ['k', 'first'],
    ['k', 'second']
  ])
  await started.opened
  const closed = consumer.close(60_000).then(() => happened.push('closed'))
  gate.open()
  await closed
  t.same(happened, ['handled first', 'closed'])
  t.match(consumer.status(), { connected: false, assignments: [] })

  t.same(await committedOffsets(brokers, options.groupId, `${prefix}closing`), [1], 'of its one partition')
})
