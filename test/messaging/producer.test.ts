import { randomUUID } from 'node:crypto'
import t from 'tap'
import { createProducer, type OutgoingMessage } from '../../plugins/messaging/kafka-producer.js'
import { allDelivered, brokers, makeTopics, readTopic, silent, uniquePrefix, until } from './brokers.js'

const topic = `${uniquePrefix(t)}orders`
/** The queue is far smaller than the batches, so that every batch finds it full. */
const producer = createProducer({ brokers, clientId: 'test', logger: silent, queueSize: 7 })
t.teardown(() => producer.close(5_000))
t.before(async () => {
  await makeTopics([topic])
  await until(() => producer.status() === 'up')
})

const text = (value: unknown) => String(value)
const message = (key: string | null, value: string): OutgoingMessage => ({
  topic,
  key,
  value: Buffer.from(value)
})

t.test(
  'batches that meet a full queue arrive whole and in order per key, even when they overlap',
  async (t) => {
    const keys = [randomUUID(), randomUUID(), randomUUID()]
    const batches = Array.from({ length: 6 }, (_batch, batch) =>
      Array.from({ length: 150 }, (_message, index) =>
        message(keys[index % 3] as string, text(batch * 150 + index))
      )
    )
    const results = await Promise.all(batches.map((batch) => producer.publish(batch)))
    t.ok(allDelivered(results.flat()), 'all acknowledged')
    t.same(
      results.map(({ length }) => length),
      batches.map(({ length }) => length)
    )

    const ours = (key: unknown) => keys.some((known) => known === text(key))
    const all = await readTopic(
      brokers,
      topic,
      (messages) => messages.filter(({ key }) => ours(key)).length >= 900
    )
    for (const key of keys) {
      const values = all.filter((found) => text(found.key) === key).map(({ value }) => Number(text(value)))
      t.equal(values.length, 300, 'each once')
      t.same(
        values,
        values.toSorted((a, b) => a - b),
        'in order'
      )
    }
    const partitions = all.map((found) => `${text(found.key)}/${found.partition}`)
    t.equal(new Set(partitions.filter((pair) => ours(pair.split('/')[0]))).size, 3, 'a key has one partition')
  }
)

t.test('an acknowledged message is there with its key, bytes and headers', async (t) => {
  const key = randomUUID()
  const value = Buffer.from([0, 255, 128, 10])
  const sent = { topic, key, value, headers: { event_type: 'tenant.created', note: 'Größe' } }
  t.same(await producer.publish([sent]), ['delivered'])
  const found = await readTopic(brokers, topic, (all) => all.some((one) => text(one.key) === key))
  const received = found.find((one) => text(one.key) === key)
  t.ok(value.equals(received?.value as Buffer))
  const headers = (received?.headers ?? []).map((header) =>
    Object.entries(header).map(([name, bytes]) => [name, text(bytes)])
  )
  t.same(headers, [[['event_type', 'tenant.created']], [['note', 'Größe']]])
})

t.test('a message that Kafka refuses is reported and holds up no other', async (t) => {
  const large = { topic, key: 'k', value: Buffer.alloc(2_000_000) }
  const nameless = { topic: '', key: 'k', value: Buffer.from('x') }
  const results = await producer.publish([
    message('k', '1'),
    large,
    message('k', '2'),
    nameless,
    message('k', '3')
  ])
  t.same(results, ['delivered', 'refused', 'delivered', 'unknown', 'delivered'])
  await until(() => producer.status() === 'up')
})

t.test('messages without a key or value are accepted too', async (t) => {
  t.same(await producer.publish([message(null, 'x'), { topic, key: 'gone', value: null }]), [
    'delivered',
    'delivered'
  ])
})

t.test('an empty batch is settled at once', async (t) => {
  t.same(await producer.publish([]), [])
})

t.test('close() waits for messages in flight and accepts no more', async (t) => {
  const short = createProducer({ brokers, clientId: 'test', logger: silent, queueSize: 5 })
  await until(() => short.status() === 'up')
  const published = short.publish(
    Array.from({ length: 60 }, (_message, index) => message('closing', text(index)))
  )
  const closed = short.close(60_000)
  t.same(await short.publish([message('closing', 'late')]), ['unknown'])
  await closed
  t.ok(allDelivered(await published))
  t.equal(short.status(), 'down')
  await short.close(5_000)
})
