import t from 'tap'
import { killWorkers } from './worker-kills.js'

void t.test('a worker that is killed while it delivers loses no event', (t) => killWorkers(t, { kills: 3 }))
