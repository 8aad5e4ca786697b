import { createConsumerClient, leave } from '../../plugins/messaging/consumer-client.js'
import { connect } from '../../plugins/messaging/kafka-client.js'
import { createRebalances } from '../../plugins/messaging/rebalances.js'
import { silent, until } from './brokers.js'

// A consumer that gets no answer from its coordinator while it leaves the group: leaves on a line of input, then exits.
const [brokers = '', groupId = '', topic = ''] = process.argv.slice(2)
const rebalances = createRebalances(silent)
const client = createConsumerClient({ brokers, groupId, clientId: 'departing' }, rebalances)
await connect(client)
client.subscribe([topic])
await until(() => {
  client.consume(1, () => undefined)
  for (const { partitions } of rebalances.take()) client.assign(partitions)
  return client.assignments().length > 0
})
Object.assign(client, {
  committed: (_partitions: unknown, _timeout: unknown, answer: (error: null, offsets: []) => void) =>
    answer(null, [])
})
console.log('ready')
process.stdin.once('data', () => {
  void leave(client, topic)
  setTimeout(() => process.exit(0), 500)
})
