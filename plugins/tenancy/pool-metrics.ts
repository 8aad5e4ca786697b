import { Counter, Gauge, type Registry } from 'prom-client'
import type { PlaceAdapter } from './place-adapter.js'
import type { PoolCounts } from './pool-registry.js'

const NOW: [keyof PoolCounts, name: string, help: string][] = [
  [
    'open',
    'strongroom_tenant_pools_open',
    'Tenants open in this process, each with its pool or its statements'
  ],
  ['leases', 'strongroom_tenant_leases', 'Pieces of work using a tenant'],
  ['waiting', 'strongroom_tenant_waiting', 'Pieces of work waiting in line for a tenant']
]
const SINCE_START: [keyof PoolCounts, name: string, help: string][] = [
  ['waits', 'strongroom_tenant_waits_total', 'How often work had to wait in line'],
  ['opens', 'strongroom_tenant_opens_total', 'How often a tenant was opened, failures included'],
  ['failedOpens', 'strongroom_tenant_failed_opens_total', 'How often opening a tenant failed'],
  [
    'evictions',
    'strongroom_tenant_evictions_total',
    'How often a tenant was closed, to make room or because it changed'
  ]
]

/** The pools of this process, read on demand; no tenant is named. */
export function registerPoolMetrics(
  registry: Registry,
  places: Pick<PlaceAdapter, 'counts'>,
  maxConnections: number
): void {
  const registers = [registry]
  for (const [key, name, help] of NOW) {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(places.counts()[key])
      }
    })
  }
  for (const [key, name, help] of SINCE_START) {
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset()
        this.inc(places.counts()[key])
      }
    })
  }
  new Gauge({
    name: 'strongroom_tenant_connections_max',
    help: 'Maximum number of connections from this process to all tenants together (TENANT_MAX_CONNECTIONS)',
    registers
  }).set(maxConnections)
}
