import t from 'tap'
import { ensureTopics, TOPICS } from '../../plugins/messaging/topics.js'
import { brokers, metadataOf, reserveAddress, silent, uniquePrefix, until } from './brokers.js'

const topics = { partitions: 3, retention: 3600, deadLetterRetention: 7200 }

// The tests mostly wait for brokers.
t.jobs = 4

t.test('there is a topic for each event type', { buffered: true }, async (t) => {
  const documented = [
    'tenant.created',
    'tenant.deleted',
    'document.uploaded',
    'document.updated',
    'document.deleted',
    'file.process',
    'upload.finish',
    'export.make',
    'tenant.exported',
    'tenant.restored',
    'user.deleted',
    'audit.log'
  ]
  t.same(TOPICS.toSorted(), documented.toSorted())
})

t.test(
  'topics are created if the broker supports that, and otherwise on first use',
  { buffered: true },
  async (t) => {
    const topicPrefix = uniquePrefix(t)
    const ensure = () => ensureTopics({ brokers, topicPrefix, topics, logger: silent })
    // A busy broker may need several attempts; a worker repeats them too.
    await until(async () => (await ensure()) === 'ready')
    const created = async () =>
      (await metadataOf(brokers)).topics.filter(({ name }) => name.startsWith(topicPrefix))
    // librdkafka's mock takes no such requests and has none; Kafka has all topics, after a while.
    if ((await created()).length > 0) {
      await until(async () => (await created()).length === 2 * TOPICS.length)
      t.ok((await created()).every(({ partitions }) => partitions.length === topics.partitions))
      await until(async () => (await ensure()) === 'ready')
      t.pass('a second call finds nothing to do')
    }
  }
)

t.test('ensureTopics gives up without a broker', { buffered: true }, async (t) => {
  const { address } = await reserveAddress(t)
  t.equal(await ensureTopics({ brokers: address, topicPrefix: '', topics, logger: silent }), 'unreachable')
})
