import t from 'tap'
import { brokerOutage } from './outage.js'

t.test('while Kafka hangs the API continues, and its events follow in order', (t) =>
  brokerOutage(t, (uploads) => uploads < 30)
)
