import t from 'tap'
import { ensureTopics, TOPICS } from '../../plugins/messaging/topics.js'
import { brokers, metadataOf, reserveAddress, silent, uniquePrefix } from './brokers.js'

// Most of the time goes into waiting for brokers.
t.jobs = 4

t.test('the topics are those of the events', { buffered: true }, async (t) => {
  const documented = [
    'tenant.created',
    'tenant.deleted',
    'document.uploaded',
    'document.deleted',
    'file.process',
    'audit.log'
  ]
  t.same(TOPICS.toSorted(), documented.toSorted())
})

t.test(
  'topics are created where the broker does that, and are otherwise left to first use',
  { buffered: true },
  async (t) => {
    const topicPrefix = uniquePrefix(t)
    t.equal(await ensureTopics({ brokers, topicPrefix, logger: silent }), true)
    const created = (await metadataOf(brokers)).topics.filter(({ name }) => name.startsWith(topicPrefix))
    // None on librdkafka's mock, which takes no such requests; all of them, once, on Kafka.
    if (created.length > 0) {
      t.equal(created.length, 2 * TOPICS.length)
      t.ok(created.every(({ partitions }) => partitions.length === 6))
      t.equal(await ensureTopics({ brokers, topicPrefix, logger: silent }), true, 'again: nothing to do')
    }
  }
)

t.test('without a broker it gives up', { buffered: true }, async (t) => {
  const { address } = await reserveAddress(t)
  t.equal(await ensureTopics({ brokers: address, topicPrefix: '', logger: silent }), false)
})
