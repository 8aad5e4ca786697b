// Needs a process of its own: it measures memory.
import t from 'tap'
import { createInstallation } from '../helpers/installation.js'
import { loadPools } from './pool-load.js'

t.test('slow requests of many tenants stay within a cap of few connections', async (t) => {
  const installation = await createInstallation(t, { TENANT_MAX_CONNECTIONS: '2', TENANT_POOL_SIZE: '1' })
  const { most, counts } = await loadPools(t, installation, {
    tenants: 8,
    rounds: 3,
    concurrency: 8,
    slowness: 10
  })
  t.ok(most >= 1 && most <= 2, `at most ${most} connections`)
  t.match(counts, { leases: 0, waiting: 0, failedOpens: 0 })
  t.ok(Number(counts?.waits) > 0)
})
