import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import t from 'tap'
import { createConsumer, type IncomingMessage } from '../../plugins/messaging/kafka-consumer.js'
import { createProducer } from '../../plugins/messaging/kafka-producer.js'
import { firstLine, reserveAddress, runProgram, silent, startMockCluster, until } from './brokers.js'

const optionsFor = (brokers: string, handle: (message: IncomingMessage) => Promise<void>) => ({
  brokers,
  groupId: randomUUID(),
  clientId: 'test',
  topicPrefix: '',
  topics: ['orders'],
  concurrency: 2,
  handle,
  deadLetter: async () => false,
  logger: silent
})

// Each test has a broker of its own, and mostly waits.
t.jobs = 4

t.test('a consumer that never found a broker closes', { buffered: true }, async (t) => {
  const { address } = await reserveAddress(t)
  const consumer = createConsumer(optionsFor(address, async () => undefined))
  await consumer.start()
  t.match(consumer.status(), { connected: false, assignments: [], last: [], handled: 0, failed: 0 })
  await consumer.close(5_000)
})

t.test('a consumer that was not started closes', { buffered: true }, async () => {
  await createConsumer(optionsFor('127.0.0.1:1', async () => undefined)).close(1_000)
})

t.test(
  'a consumer starts when there is a broker, survives an outage, and closes during one',
  { buffered: true },
  async (t) => {
    const [cluster, front] = await Promise.all([startMockCluster(t), reserveAddress(t)])
    const handled: string[] = []
    const consumer = createConsumer(
      optionsFor(front.address, async ({ value }) => void handled.push(String(value)))
    )
    t.teardown(() => consumer.close(1_000))
    await consumer.start()
    const producer = createProducer({
      brokers: front.address,
      clientId: 'test',
      logger: silent,
      deliveryTimeoutMs: 2_000
    })
    t.teardown(() => producer.close(1_000))
    const publish = async (text: string) => {
      const message = { topic: 'orders', key: 'k', value: Buffer.from(text) }
      await until(async () => (await producer.publish([message]))[0] === 'delivered')
    }
    front.open(cluster.address)
    await publish('before')
    await until(() => handled.includes('before'))
    await until(() => consumer.status().connected)

    await cluster.freeze()
    t.same(await producer.publish([{ topic: 'orders', key: 'k', value: Buffer.from('lost') }]), ['unknown'])
    cluster.thaw()
    await publish('after')
    await until(() => handled.includes('after'))

    await cluster.freeze()
    await consumer.close(300)
    t.match(consumer.status(), { connected: false, assignments: [] })
    cluster.thaw()
    await consumer.close(60_000)
  }
)

t.test('a worker that is told to stop while the broker hangs can exit', { buffered: true }, async (t) => {
  const cluster = await startMockCluster(t)
  const worker = runProgram(t, 'member', [cluster.address, randomUUID(), 'orders'])
  const producer = createProducer({ brokers: cluster.address, clientId: 'test', logger: silent })
  t.teardown(() => producer.close(1_000))
  await until(() => producer.status() === 'up')
  const messages = ['one', 'two'].map((text) => ({ topic: 'orders', key: 'k', value: Buffer.from(text) }))
  t.same(await producer.publish(messages), ['delivered', 'delivered'])
  t.equal(await firstLine(worker), 'two', 'the worker has an offset to commit')
  await cluster.freeze()
  worker.kill('SIGTERM')
  t.same(await once(worker, 'exit'), [0, null])
})

t.test(
  'a process exits even if its coordinator disappears while it leaves the group',
  { buffered: true },
  async (t) => {
    const cluster = await startMockCluster(t)
    const producer = createProducer({ brokers: cluster.address, clientId: 'test', logger: silent })
    t.teardown(() => producer.close(1_000))
    const message = { topic: 'orders', key: 'k', value: Buffer.from('creates the topic') }
    await until(async () => (await producer.publish([message]))[0] === 'delivered')
    const child = runProgram(t, 'departing-member', [cluster.address, randomUUID(), 'orders'])
    const exited = once(child, 'exit')
    t.equal(await firstLine(child), 'ready')
    await cluster.freeze()
    child.stdin?.write('\n')
    t.same(await exited, [null, 'SIGKILL'])
    cluster.thaw()
  }
)
