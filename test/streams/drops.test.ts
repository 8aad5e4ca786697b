import t from 'tap'
import { proveDrops } from './drops.js'

void t.test('clients that reconnect miss nothing, and see nothing twice', (t) =>
  proveDrops(t, { seed: 3, drops: 20, kills: 1, readers: 2, processes: 2 })
)
