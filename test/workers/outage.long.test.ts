import t from 'tap'
import { brokerOutage } from './outage.js'

/** Several times longer than any timeout between an outbox and Kafka. */
const OUTAGE_MS = 3 * 60_000

t.test('while Kafka hangs for three minutes the API continues, and its events follow in order', (t) => {
  const end = performance.now() + OUTAGE_MS
  return brokerOutage(t, () => performance.now() < end)
})
