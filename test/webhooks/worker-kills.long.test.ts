import t from 'tap'
import { killWorkers } from './worker-kills.js'

t.setTimeout(7_000_000)

void t.test('200 kills of the worker lose no event', (t) => killWorkers(t, { kills: 200 }))
