import t from 'tap'
import { ensureTopics, TOPICS } from '../../plugins/messaging/topics.js'
import { brokers, metadataOf, reserveAddress, silent, uniquePrefix, until } from './brokers.js'

const topics = { partitions: 3, retention: 3600, deadLetterRetention: 7200 }

// Most of the time goes into waiting for brokers.
t.jobs = 4

t.test('the topics are those of the events', { buffered: true }, async (t) => {
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
    // A busy broker may need several attempts, as a worker makes them.
    await until(async () => (await ensure()) === 'ready')
    const created = async () =>
      (await metadataOf(brokers)).topics.filter(({ name }) => name.startsWith(topicPrefix))
    // None on librdkafka's mock, which takes no such requests; on Kafka all of them, though not at once.
    if ((await created()).length > 0) {
      await until(async () => (await created()).length === 2 * TOPICS.length)
      t.ok((await created()).every(({ partitions }) => partitions.length === topics.partitions))
      await until(async () => (await ensure()) === 'ready')
      t.pass('again: nothing to do')
    }
  }
)

t.test('without a broker it gives up', { buffered: true }, async (t) => {
  const { address } = await reserveAddress(t)
  t.equal(await ensureTopics({ brokers: address, topicPrefix: '', topics, logger: silent }), 'unreachable')
})
