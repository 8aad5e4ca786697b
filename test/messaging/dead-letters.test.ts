import t from 'tap'
import { createDeadLetterPublisher } from '../../plugins/messaging/dead-letters.js'
import type { Delivery, OutgoingMessage } from '../../plugins/messaging/kafka-producer.js'

const message = {
  topic: 'orders',
  partition: 3,
  offset: 17,
  key: 'k',
  value: Buffer.from('bytes'),
  headers: { event_id: '1', error_name: 'of an earlier failure' },
  timestamp: 1_700_000_000_000
}

/** Publishes a dead letter to a producer that gives this answer. */
async function deadLetter(
  changes: Partial<typeof message>,
  error: unknown,
  answer: Delivery[] = ['delivered']
) {
  const published: OutgoingMessage[] = []
  const producer = {
    publish: async (messages: OutgoingMessage[]) => {
      published.push(...messages)
      return answer
    },
    status: () => 'up' as const,
    close: async () => undefined
  }
  const safe = await createDeadLetterPublisher(producer, 'eu.')({ ...message, ...changes }, error)
  return { safe, letter: published[0] }
}

t.test('a dead letter is the message with its error and position', async (t) => {
  const { safe, letter } = await deadLetter({}, new RangeError('too much'))
  t.equal(safe, true)
  t.match(letter, {
    topic: 'eu.orders.dlq',
    key: 'k',
    value: message.value,
    headers: {
      event_id: '1',
      error_name: 'RangeError',
      error_message: 'too much',
      original_topic: 'eu.orders',
      original_partition: '3',
      original_offset: '17',
      original_timestamp: '1700000000000'
    }
  })
  t.notOk('value_omitted' in (letter?.headers ?? {}))
})

t.test('a dead letter is safe only once the broker acknowledges it', async (t) => {
  t.equal((await deadLetter({}, new Error('x'), ['unknown'])).safe, false)
  t.equal((await deadLetter({}, new Error('x'), [])).safe, false)
})

t.test('an error of any length makes a letter that can be sent', async (t) => {
  t.equal((await deadLetter({}, 'just text')).letter?.headers?.['error_message'], 'just text')
  const { letter } = await deadLetter({ value: Buffer.alloc(990_000) }, new Error('x'.repeat(5_000)))
  t.equal(letter?.headers?.['error_message']?.length, 1_000)
  t.equal(letter?.value, null)
  t.equal(letter?.headers?.['value_omitted'], '990000')
})

t.test('a letter that Kafka refuses is published without what makes it large', async (t) => {
  const published: OutgoingMessage[] = []
  const producer = {
    publish: async (messages: OutgoingMessage[]): Promise<Delivery[]> => {
      published.push(...messages)
      const [{ key, headers } = { key: null, headers: {} }] = messages
      return [JSON.stringify([key, headers]).length > 10_000 ? 'refused' : 'delivered']
    },
    status: () => 'up' as const,
    close: async () => undefined
  }
  const publish = createDeadLetterPublisher(producer)
  const large = 'x'.repeat(999_500)
  t.ok(await publish({ ...message, headers: { large } }, new Error('a header')))
  t.match(published.at(-1), {
    ...{ key: 'k', value: null },
    headers: { error_message: 'a header', original_offset: '17', value_omitted: '5' }
  })
  t.notOk('large' in (published.at(-1)?.headers ?? {}))
  t.ok(await publish({ ...message, key: large }, new Error('a key')))
  t.match(published.at(-1), { key: null, value: null, headers: { original_offset: '17' } })
  t.equal(published.length, 4, 'each was tried twice')
})
