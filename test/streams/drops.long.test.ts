import t from 'tap'
import { proveDrops } from './drops.js'

t.setTimeout(1_800_000)

void t.test('1,000 broken connections and 20 killed processes', (t) =>
  proveDrops(t, { seed: 17, drops: 1_000, kills: 20, readers: 10, processes: 3 })
)
