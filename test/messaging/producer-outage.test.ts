import t from 'tap'
import {
  createProducer,
  type EventProducer,
  type OutgoingMessage
} from '../../plugins/messaging/kafka-producer.js'
import { readTopic, reserveAddress, silent, startMockCluster, until } from './brokers.js'

const topic = 'orders'
const batch = (from: number, count: number): OutgoingMessage[] =>
  Array.from({ length: count }, (_message, index) => ({
    topic,
    key: `k${(from + index) % 2}`,
    value: Buffer.from(String(from + index))
  }))

// Each test has a broker of its own, and mostly waits.
t.jobs = 4

t.test(
  'messages have an unknown outcome without a broker, and are delivered once there is one',
  { buffered: true },
  async (t) => {
    const [cluster, front] = await Promise.all([startMockCluster(t), reserveAddress(t)])
    const producer = createProducer({ brokers: front.address, clientId: 'test', logger: silent })
    t.teardown(() => producer.close(1_000))
    t.equal(producer.status(), 'down')
    t.same(await producer.publish(batch(0, 3)), ['unknown', 'unknown', 'unknown'])
    front.open(cluster.address)
    await until(() => producer.status() === 'up')
    t.same(await producer.publish(batch(0, 3)), ['delivered', 'delivered', 'delivered'])
  }
)

t.test('a producer that never found a broker closes', { buffered: true }, async (t) => {
  const { address } = await reserveAddress(t)
  const producer = createProducer({ brokers: address, clientId: 'test', logger: silent })
  await producer.close(5_000)
  t.same(await producer.publish(batch(0, 1)), ['unknown'])
})

t.test(
  'when a broker hangs, late messages have an unknown outcome, and keep their order when resent',
  { buffered: true },
  async (t) => {
    const cluster = await startMockCluster(t)
    const options = {
      brokers: cluster.address,
      clientId: 'test',
      logger: silent,
      deliveryTimeoutMs: 500,
      queueSize: 50
    }
    const producer = createProducer(options)
    t.teardown(() => producer.close(1_000))
    await until(() => producer.status() === 'up')
    await resend(producer, batch(0, 10))

    // Many times the queue size, so that the broker hangs somewhere in the middle.
    const underWay = producer.publish(batch(10, 2_000))
    await cluster.freeze()
    const results = await underWay
    for (const parity of [0, 1]) {
      const ofKey = results.filter((_result, index) => index % 2 === parity)
      t.notOk(
        ofKey.slice(ofKey.indexOf('unknown')).includes('delivered'),
        'per key, no message is delivered after one with an unknown outcome'
      )
    }
    t.ok(results.includes('unknown'))
    t.same(
      await producer.publish(batch(2_010, 2)),
      ['unknown', 'unknown'],
      'no message is delivered while there is no broker'
    )
    t.equal(producer.status(), 'down')

    cluster.thaw()
    await until(() => producer.status() === 'up')
    await resend(
      producer,
      batch(10, 2_000).filter((_message, index) => results[index] !== 'delivered')
    )
    await resend(producer, batch(2_010, 2))

    const numbers = (
      await readTopic(cluster.address, topic, (all) => new Set(all.map(valueOf)).size >= 2_012)
    ).map(valueOf)
    const firsts = [...new Set(numbers)]
    for (const parity of [0, 1]) {
      const ofKey = firsts.filter((number) => number % 2 === parity)
      t.same(
        ofKey,
        ofKey.toSorted((a, b) => a - b),
        'first deliveries are in order'
      )
    }
  }
)

t.test('closing while the broker hangs settles everything', { buffered: true }, async (t) => {
  const cluster = await startMockCluster(t)
  const producer = createProducer({ brokers: cluster.address, clientId: 'test', logger: silent })
  await until(() => producer.status() === 'up')
  await cluster.freeze()
  const underWay = producer.publish(batch(0, 5))
  await producer.close(200)
  t.same(await underWay, Array(5).fill('unknown'))
})

const valueOf = ({ value }: { value: Buffer | null }) => Number(String(value))

/** Resends failed messages in order until all are delivered, as the relay does. */
async function resend(producer: EventProducer, messages: OutgoingMessage[]): Promise<void> {
  let missing = messages
  while (missing.length > 0) {
    const results = await producer.publish(missing)
    missing = missing.filter((_message, index) => results[index] !== 'delivered')
    await until(() => producer.status() === 'up')
  }
}
