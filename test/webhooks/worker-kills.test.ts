import t from 'tap'
import { killWorkers } from './worker-kills.js'

t.setTimeout(300_000)

void t.test('a worker that is killed while it delivers loses no event', (t) => killWorkers(t, { kills: 3 }))
