import t from 'tap'
import { proveIsolation } from './prove.js'

t.test('no canary of 100 tenants shows up in another tenant', async (t) => {
  const happened = await proveIsolation(t, {
    tenants: 100,
    pools: 10,
    operations: 50_000,
    concurrency: 16,
    killEvery: 500
  })
  console.error(happened)
})
