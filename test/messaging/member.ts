import { createConsumer } from '../../plugins/messaging/kafka-consumer.js'
import { silent } from './brokers.js'

// A worker to kill or stop: handles the message "one" whenever it comes, prints the next message and hangs.
const [brokers = '', groupId = '', topic = ''] = process.argv.slice(2)
const consumer = createConsumer({
  brokers,
  groupId,
  clientId: 'member',
  topicPrefix: '',
  topics: [topic],
  concurrency: 1,
  sessionTimeoutMs: 4_000,
  handle: async ({ value }) => {
    if (String(value) === 'one') return
    console.log(String(value))
    await new Promise(() => {})
  },
  deadLetter: async () => false,
  logger: silent
})
await consumer.start()
process.on('SIGTERM', () => void consumer.close(300).then(() => process.exit()))
process.stdin.resume().on('close', () => process.exit())
