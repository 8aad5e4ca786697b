import { Counter, Gauge, type Registry } from 'prom-client'
import type { VisitStatus } from '../db/main/tenant-visits-repository.js'

/** Metrics of the sweeper's visits to tenants. */
export function createVisitMetrics(registry: Registry) {
  const registers = [registry]
  const visits = new Counter({
    name: 'strongroom_sweeper_visits_total',
    help: 'Visits of the sweeper to tenants in which something was due, or that had not been visited for a day',
    registers
  })
  const due = new Gauge({
    name: 'strongroom_sweeper_due_tenants',
    help: 'Tenants that still wait for a visit of the sweeper after its last round, over all workers',
    registers
  })
  const oldest = new Gauge({
    name: 'strongroom_sweeper_oldest_due_seconds',
    help: 'Seconds for which the longest-waiting tenant has been due for a visit of the sweeper, over all workers',
    registers
  })
  return {
    visited: () => visits.inc(),
    due(status: Pick<VisitStatus, 'due' | 'oldest'>): void {
      due.set(status.due)
      oldest.set(status.oldest)
    }
  }
}
