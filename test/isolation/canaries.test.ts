import t from 'tap'
import { proveIsolation } from './prove.js'

t.test("no tenant's canary shows up in another tenant", async (t) => {
  await proveIsolation(t, { tenants: 8, pools: 2, operations: 160, concurrency: 6, killEvery: 30 })
})
