import rdkafka from 'node-rdkafka'
import { connect } from '../../plugins/messaging/kafka-client.js'

// Prints the address of a mock cluster and keeps it running until stdin ends; see brokers.ts.
const host = new rdkafka.Producer({
  'test.mock.num.brokers': 1,
  'metadata.broker.list': 'unused:1'
} as object)
const metadata = await connect(host, 60_000)
console.log(metadata.brokers.map((broker) => `${broker.host}:${broker.port}`).join(','))
process.stdin.resume().on('close', () => process.exit())
