import type { Delivery } from '../../plugins/messaging/kafka-producer.js'
import { randomUUID } from 'node:crypto'
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import rdkafka from 'node-rdkafka'
import type { Test } from 'tap'
import { connectUntil, disconnect, type Connected, type Log } from '../../plugins/messaging/kafka-client.js'
import { program } from '../../scripts/program.js'
import { testServices } from '../helpers/services.js'
import { until } from '../helpers/until.js'

const run = promisify(execFile)
const nothing = () => {}
export const silent: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing }

/** Whether Kafka acknowledged every message. */
export const allDelivered = (results: Delivery[]) => results.every((result) => result === 'delivered')

/** The brokers of the test run. */
export const brokers = testServices().brokers

/** A unique topic prefix; topics with it are deleted when the test ends. */
export function uniquePrefix(t: Test): string {
  const prefix = `test-${randomUUID()}.`
  t.teardown(() => deleteTopics(prefix))
  return prefix
}

/** librdkafka's mock, the default broker of tests, cannot delete topics; it loses them when it ends. */
async function deleteTopics(prefix: string): Promise<void> {
  const topics = (await metadataOf(brokers)).topics.filter(({ name }) => name.startsWith(prefix))
  const admin = rdkafka.AdminClient.create({ 'metadata.broker.list': brokers })
  for (const { name } of topics) {
    const error = await new Promise<unknown>((resolve) => admin.deleteTopic(name, 1_000, resolve))
    if (error) break
  }
  admin.disconnect()
}

/** Tries until a broker answers: a busy one may need longer than one attempt lasts. */
async function connectClient<C extends rdkafka.Producer | rdkafka.KafkaConsumer>(
  create: () => C
): Promise<Connected<C>> {
  const connected = await connectUntil(create, silent, new AbortController().signal)
  if (connected === undefined) throw new Error('The attempts were aborted')
  return connected
}

const producerOf = (address: string) => () => new rdkafka.Producer({ 'metadata.broker.list': address })

export async function metadataOf(address: string): Promise<rdkafka.Metadata> {
  const { client, metadata } = await connectClient(producerOf(address))
  await disconnect(client)
  return metadata
}

/**
 * Has the broker create topics before anything is published: otherwise the first messages wait for that, and a consumer
 * is assigned the topics one after the other, which redelivers uncommitted messages.
 */
export async function makeTopics(names: string[]): Promise<void> {
  const { client } = await connectClient(producerOf(brokers))
  const isMade = (topic: string) =>
    new Promise<boolean>((resolve) => {
      client.getMetadata({ topic, timeout: 5_000 }, (error: rdkafka.LibrdKafkaError | null, found) => {
        const { partitions = [] } = error ? {} : (found.topics.find(({ name }) => name === topic) ?? {})
        resolve(partitions.length > 0 && partitions.every(({ leader }) => leader >= 0))
      })
    })
  for (const name of names) await until(() => isMade(name))
  await disconnect(client)
}

export { until }

/** Reads a topic from its beginning, without a group, until `enough` returns true. */
export async function readTopic(
  address: string,
  topic: string,
  enough: (messages: rdkafka.Message[]) => boolean
): Promise<rdkafka.Message[]> {
  const config = { 'metadata.broker.list': address, 'group.id': 'unused', 'enable.auto.commit': false }
  const { client, metadata } = await connectClient(
    () => new rdkafka.KafkaConsumer(config, { 'auto.offset.reset': 'earliest' })
  )
  client.setDefaultConsumeTimeout(50)
  const partitions = metadata.topics.find(({ name }) => name === topic)?.partitions ?? []
  client.assign(partitions.map(({ id }) => ({ topic, partition: id, offset: 0 })))
  const messages: rdkafka.Message[] = []
  await until(async () => {
    const batch = await new Promise<rdkafka.Message[]>((resolve) => {
      client.consume(1_000, (_error, some?: rdkafka.Message[]) => resolve(some ?? []))
    })
    messages.push(...batch)
    return enough(messages)
  })
  await disconnect(client)
  return messages
}

/** A group's committed offset in each partition of a topic, read without joining the group. */
export async function committedOffsets(address: string, groupId: string, topic: string): Promise<number[]> {
  const { client, metadata } = await connectClient(
    () => new rdkafka.KafkaConsumer({ 'metadata.broker.list': address, 'group.id': groupId }, {})
  )
  const partitions = metadata.topics.find(({ name }) => name === topic)?.partitions ?? []
  const asked = partitions.map(({ id }) => ({ topic, partition: id }))
  let committed: rdkafka.TopicPartitionOffset[] | undefined
  await until(async () => {
    committed = await new Promise((resolve) => {
      client.committed(asked, 5_000, (error: unknown, offsets) => resolve(error ? undefined : offsets))
    })
    return committed !== undefined
  })
  await disconnect(client)
  return (committed ?? []).map(({ offset }) => offset).filter((offset) => offset >= 0)
}

export interface MockCluster {
  address: string
  /** Makes the broker hang: connections stay open, and nothing is answered. */
  freeze(): Promise<void>
  thaw(): void
}

/** A mock cluster in a process of its own, so that it can be frozen and thawed. Ends with the test. */
export async function startMockCluster(t: Test): Promise<MockCluster> {
  const child = runProgram(t, 'mock-cluster', [])
  const address = await firstLine(child)
  return {
    address,
    async freeze() {
      child.kill('SIGSTOP')
      // The signal takes a moment to reach every thread.
      await until(async () =>
        (await run('ps', ['-o', 'stat=', '-p', String(child.pid)])).stdout.startsWith('T')
      )
    },
    thaw: () => child.kill('SIGCONT')
  }
}

/** Runs a program of this folder as a process that ends with the test. Its stdin closes when the runner ends. */
export function runProgram(t: Test, name: string, args: string[]): ChildProcess {
  const child = spawn(process.execPath, [...program(`test/messaging/${name}`), ...args], {
    stdio: ['pipe', 'pipe', 'inherit']
  })
  t.teardown(() => child.kill('SIGKILL'))
  return child
}

export async function firstLine(child: ChildProcess): Promise<string> {
  let text = ''
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()))
  await until(() => text.includes('\n'))
  return text.slice(0, text.indexOf('\n'))
}

/**
 * An address that resets every connection until `open`, and then forwards to `target`. Clients need it only to find the
 * broker: after that they use the address that the broker advertises.
 */
export async function reserveAddress(t: Test) {
  let target: string | undefined
  const server = createServer((incoming) => {
    if (target === undefined) {
      incoming.resetAndDestroy()
      return
    }
    const outgoing = connect(Number(target.split(':')[1]), '127.0.0.1')
    incoming.pipe(outgoing).pipe(incoming)
    incoming.on('error', () => outgoing.destroy())
    outgoing.on('error', () => incoming.destroy())
    t.teardown(() => incoming.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => void server.close())
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    open: (address: string) => void (target = address)
  }
}

/** A promise that the test resolves. */
export function createGate() {
  let open = () => {}
  const opened = new Promise<void>((resolve) => (open = resolve))
  return { opened, open: () => open() }
}
