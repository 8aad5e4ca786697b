import t from 'tap'
import { brokerOutage } from './outage.js'

/** Longer than every time-out between an outbox and Kafka, several times. */
const OUTAGE_MS = 3 * 60_000

t.test('the same for three minutes', (t) => {
  const end = performance.now() + OUTAGE_MS
  return brokerOutage(t, () => performance.now() < end)
})
