import { Counter, Gauge, type Registry } from 'prom-client'
import type { Places } from './places.js'
import type { PlaceCounts } from './place-registry.js'

type Row = [keyof PlaceCounts, name: string, help: string]

const NOW: Row[] = [
  ['open', 'strongroom_tenants_open', 'Tenants open in this process'],
  [
    'connections',
    'strongroom_tenant_connections',
    'Connections from this process to tenants, including those being opened and closed'
  ],
  ['leases', 'strongroom_tenant_leases', 'Pieces of work using a tenant'],
  ['waiting', 'strongroom_tenant_waiting', 'Tenants (databases) or pieces of work (schemas) waiting in line'],
  [
    'max',
    'strongroom_tenant_connections_max',
    'Maximum number of connections from this process to all tenants of the server together'
  ],
  [
    'down',
    'strongroom_tenant_server_down',
    '1 while connecting to the server of the tenants fails, otherwise 0'
  ]
]
const SINCE_START: Row[] = [
  [
    'waits',
    'strongroom_tenant_waits_total',
    'How often a tenant or its work had to wait in line for a connection'
  ],
  ['opens', 'strongroom_tenant_opens_total', 'How often a tenant was opened, failures included'],
  ['failedOpens', 'strongroom_tenant_failed_opens_total', 'How often opening a tenant failed'],
  [
    'evictions',
    'strongroom_tenant_evictions_total',
    'How often an open tenant was closed because it changed'
  ],
  ['connects', 'strongroom_tenant_connects_total', 'How often a connection was opened, failures included'],
  ['failedConnects', 'strongroom_tenant_failed_connects_total', 'How often opening a connection failed'],
  [
    'retirements',
    'strongroom_tenant_retirements_total',
    'How often a connection was closed to make room for another tenant'
  ]
]

/** The places and connections of this process on each server, read on demand; no tenant is named. */
export function registerPlaceMetrics(registry: Registry, places: Pick<Places, 'counts'>): void {
  const registers = [registry]
  for (const [key, name, help] of NOW) {
    new Gauge({
      name,
      help,
      // Processes that share a port see the same server, while they add up all else.
      aggregator: key === 'down' ? 'max' : 'sum',
      labelNames: ['server'],
      registers,
      collect() {
        for (const [server, counts] of places.counts()) this.set({ server }, counts[key])
      }
    })
  }
  for (const [key, name, help] of SINCE_START) {
    new Counter({
      name,
      help,
      labelNames: ['server'],
      registers,
      collect() {
        this.reset()
        for (const [server, counts] of places.counts()) this.inc({ server }, counts[key])
      }
    })
  }
}
