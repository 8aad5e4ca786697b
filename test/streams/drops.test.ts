import t from 'tap'
import { proveDrops } from './drops.js'

t.setTimeout(300_000)

void t.test('clients that reconnect miss nothing, and see nothing twice', (t) =>
  proveDrops(t, { seed: 3, drops: 20, kills: 1, readers: 2, processes: 2 })
)
