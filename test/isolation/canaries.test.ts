import t from 'tap'
import { proveIsolation } from './prove.js'

t.test('no canary is seen in another cage', async (t) => {
  await proveIsolation(t, { tenants: 12, pools: 3, operations: 400, concurrency: 8, killEvery: 50 })
})
