import { AggregatorRegistry, Registry } from 'prom-client'
import t from 'tap'
import { registerPlaceMetrics } from '../../plugins/tenancy/place-metrics.js'

void t.test('several processes add up their connections, but a server is only down or not', async (t) => {
  const counts = {
    ...{ open: 2, connections: 3, leases: 1, waiting: 0, max: 10, down: 1 },
    ...{ waits: 4, opens: 5, failedOpens: 0, evictions: 6, connects: 7, failedConnects: 0, retirements: 8 }
  }
  const registries = [1, 2].map(() => {
    const registry = new Registry()
    registerPlaceMetrics(registry, { counts: () => [['eu', counts]] })
    return registry
  })
  const metrics = await Promise.all(registries.map((registry) => registry.getMetricsAsJSON()))
  const text = await AggregatorRegistry.aggregate(metrics).metrics()
  t.match(text, /^strongroom_tenant_connections\{server="eu"\} 6$/m)
  t.match(text, /^strongroom_tenant_evictions_total\{server="eu"\} 12$/m)
  t.match(text, /^strongroom_tenant_server_down\{server="eu"\} 1$/m)
})
