import { randomUUID } from 'node:crypto'
import t from 'tap'
import {
  createConsumer,
  type EventConsumer,
  type IncomingMessage
} from '../../plugins/messaging/kafka-consumer.js'
import { createProducer } from '../../plugins/messaging/kafka-producer.js'
import type { Log } from '../../plugins/messaging/kafka-client.js'
import {
  allDelivered,
  brokers,
  committedOffsets,
  createGate,
  firstLine,
  makeTopics,
  runProgram,
  silent,
  uniquePrefix,
  until
} from './brokers.js'

// Each test mostly waits for the mock, with a group of its own.
t.jobs = 3
const prefix = uniquePrefix(t)
const producer = createProducer({ brokers, clientId: 'test', logger: silent })
t.teardown(() => producer.close(1_000))
await makeTopics(['killed', 'shared', 'handover'].map((topic) => prefix + topic))
await until(() => producer.status() === 'up')

/** The mock waits for members for nearly a session timeout, and 3 s for a new group. */
const member = (
  groupId: string,
  topic: string,
  handle: (message: IncomingMessage) => Promise<void>,
  { logger = silent, sessionTimeoutMs = 4_000 }: { logger?: Log; sessionTimeoutMs?: number } = {}
): EventConsumer => {
  const consumer = createConsumer({
    brokers,
    groupId,
    clientId: 'test',
    topicPrefix: '',
    topics: [topic],
    concurrency: 4,
    sessionTimeoutMs,
    handle,
    deadLetter: async () => false,
    logger
  })
  t.teardown(() => consumer.close(1_000))
  return consumer
}

const publish = async (topic: string, from: number, count: number) => {
  const numbers = Array.from({ length: count }, (_number, index) => from + index)
  const messages = numbers.map((number) => ({
    topic,
    key: `k${number % 10}`,
    value: Buffer.from(String(number))
  }))
  const results = await producer.publish(messages)
  if (!allDelivered(results)) throw new Error('Not published')
}
const numberOf = ({ value }: IncomingMessage) => Number(String(value))

t.test('another member gets the messages that a killed one had begun', { buffered: true }, async (t) => {
  const groupId = randomUUID()
  const messages = ['one', 'two', 'three'].map((text) => ({
    topic: `${prefix}killed`,
    key: 'k',
    value: Buffer.from(text)
  }))
  t.ok(allDelivered(await producer.publish(messages)))
  const victim = runProgram(t, 'member', [brokers, groupId, `${prefix}killed`])
  t.equal(await firstLine(victim), 'two', 'begun, not finished')
  await until(async () => (await committedOffsets(brokers, groupId, `${prefix}killed`)).length > 0)
  t.same(
    await committedOffsets(brokers, groupId, `${prefix}killed`),
    [1],
    'only the finished message was committed'
  )
  victim.kill('SIGKILL')

  const handled: string[] = []
  const successor = member(groupId, `${prefix}killed`, async ({ value }) => void handled.push(String(value)))
  await successor.start()
  await until(() => handled.includes('three'))
  t.same([...new Set(handled)], ['two', 'three'])
})

t.test('while members join and leave, no message is lost or out of order', { buffered: true }, async (t) => {
  const groupId = randomUUID()
  const seen = { first: [] as number[], second: [] as number[] }
  const inOrder: number[] = []
  const take = (who: 'first' | 'second') => async (message: IncomingMessage) => {
    seen[who].push(numberOf(message))
    inOrder.push(numberOf(message))
  }
  const first = member(groupId, `${prefix}shared`, take('first'))
  const second = member(groupId, `${prefix}shared`, take('second'))
  await publish(`${prefix}shared`, 0, 100)
  await first.start()
  await until(() => seen.first.length > 0)
  await second.start()
  let next = 100
  await until(async () => {
    await publish(`${prefix}shared`, next, 10)
    next += 10
    const shares = [first, second].map((one) => one.status().assignments.length)
    return shares.every((partitions) => partitions > 0) && (shares[0] ?? 0) + (shares[1] ?? 0) === 4
  })
  await publish(`${prefix}shared`, next, 100)
  next += 100
  await until(() => new Set(inOrder).size === next)
  t.ok(seen.second.length > 0, 'both members handled messages')

  await first.close(60_000)
  await until(() => second.status().assignments.length === 4)
  await publish(`${prefix}shared`, next, 100)
  next += 100
  await until(() => new Set(inOrder).size === next)
  for (let key = 0; key < 10; key++) {
    const firsts = [...new Set(inOrder)].filter((number) => number % 10 === key)
    t.same(
      firsts,
      firsts.toSorted((a, b) => a - b),
      'first attempts are in order'
    )
  }
})

t.test('a member finishes its work before it gives up its partitions', { buffered: true }, async (t) => {
  const groupId = randomUUID()
  const [begun, revoked, gate] = [createGate(), createGate(), createGate()]
  const handled: string[] = []
  // Long, so that a busy broker does not take the first member for dead.
  const patient = { sessionTimeoutMs: 60_000 }
  const info = (_fields: unknown, text?: string) => text === 'Partitions revoked' && revoked.open()
  const first = member(
    groupId,
    `${prefix}handover`,
    async () => {
      begun.open()
      await gate.opened
      handled.push('first')
    },
    { logger: { ...silent, info }, ...patient }
  )
  const second = member(groupId, `${prefix}handover`, async () => void handled.push('second'), patient)
  t.same(await producer.publish([{ topic: `${prefix}handover`, key: 'a', value: null }]), ['delivered'])
  await first.start()
  await begun.opened
  await second.start()
  await revoked.opened
  t.same(second.status().assignments, [])
  gate.open()
  await until(() => second.status().assignments.length > 0)
  t.equal(handled[0], 'first')
})
