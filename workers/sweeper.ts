import fp from 'fastify-plugin'
import { resource } from '../plugins/resources.js'
import type { Backlog, EventLogRepository } from '../db/event-log-repository.js'
import type { Tenant } from '../db/main/tenants-repository.js'
import type { WebhookDeliveryRepository } from '../db/tenant/webhook-deliveries-repository.js'
import type { WorkerServices } from './compose.js'
import { everyActiveTenant } from './every-tenant.js'
import { repeatedly } from './repeatedly.js'

/** Seconds that a file may be without documents, or a tenant without being ready, before the sweeper acts. */
const MIN_AGE = 60
const ORPHANS_AT_ONCE = 100
/** Seconds after which an unverified file can no longer be waiting for its event. */
const UNVERIFIED_AGE = 600
/** Seconds between two looks for moves that a killed process has left. */
const MOVE_INTERVAL = 5
/** Few, since small files are read one after another here. */
const VERIFIED_AT_ONCE = 5
/** Maximum batches of old events removed from one log per sweep, for the same reason. */
const EVENT_BATCHES = 20
/** Maximum batches of old audit entries removed per sweep, so that the rest of its work gets done. */
const AUDIT_BATCHES = 50

/**
 * Finishes what no event announced: at every interval it visits the tenants one by one, removes objects that are due
 * and files that nothing refers to, and finishes what a killed process left half done. Every step is repeatable, by any
 * number of workers.
 */
export default fp(
  async (app, { services }: { services: WorkerServices }) => {
    const { worker, eventRetention, auditRetention } = resource(app, 'config')
    const { tenants, tenantKeys, sessions, apiKeys, failures, invitations, mails, eventLog, audit } =
      resource(app, 'database')
    const places = resource(app, 'places')
    const router = resource(app, 'router')
    const relay = resource(app, 'relay')
    const log = app.log.child({ component: 'sweeper' })
    const metrics = resource(app, 'eventMetrics')

    async function attempt(what: string, work: () => Promise<void>): Promise<void> {
      try {
        await work()
      } catch (error) {
        if (!signal.aborted) log.warn({ err: error }, `${what} failed; trying again later`)
      }
    }

    async function pruneEvents(log: EventLogRepository): Promise<void> {
      for (let batch = 0; batch < EVENT_BATCHES && !signal.aborted; batch++)
        if ((await log.prune(eventRetention)) === 0) return
    }

    async function pruneDeliveries(deliveries: WebhookDeliveryRepository): Promise<void> {
      for (let batch = 0; batch < EVENT_BATCHES && !signal.aborted; batch++)
        if (!(await deliveries.prune(eventRetention))) return
    }

    /** @returns what waits in the tenant's outbox and log */
    async function sweepTenant(tenant: Tenant): Promise<Backlog> {
      const removed = await services.removal.sweep(tenant)
      await services.uploads.sweep(tenant)
      const { orphans, unverified, backlog } = await router.withTenant(tenant, async (store) => {
        await pruneEvents(store.eventLog)
        await pruneDeliveries(store.webhookDeliveries)
        await store.idempotencyKeys.prune()
        await store.usage.fold()
        return {
          orphans: await store.files.listOrphans(MIN_AGE, ORPHANS_AT_ONCE),
          unverified: await store.verifications.listUnverified(UNVERIFIED_AGE, VERIFIED_AT_ONCE),
          backlog: await store.eventLog.backlog()
        }
      })
      for (const fileId of orphans) await services.files.removeOrphan(tenant, fileId)
      if (backlog.events > 0) relay.nudge(tenant.id)
      if (removed + orphans.length > 0)
        log.info({ tenant_id: tenant.id, objects: removed, files: orphans.length }, 'swept')
      for (const fileId of unverified) await services.verification.verify(tenant, fileId)
      return backlog
    }

    /** More often than the sweeps: some tenants can do nothing until their move is finished. */
    async function finishMoves(): Promise<void> {
      await attempt('finishing moves of tenants', async () => {
        for (const move of await services.moving.listDue())
          await attempt(`finishing the move of tenant ${move.tenant_id}`, async () => {
            const settled = await services.moving.takeOver(move)
            if (settled !== 'held')
              log.info({ tenant_id: move.tenant_id, outcome: settled }, 'settled a move')
          })
      })
    }

    async function sweep(): Promise<void> {
      await attempt('pruning the main database', async () => {
        await sessions.prune()
        await apiKeys.prune()
        await failures.prune()
        await tenantKeys.prune()
        await invitations.prune()
        await mails.prune()
        await pruneEvents(eventLog)
      })
      await attempt('removing old audit entries', async () => {
        for (let batch = 0; batch < AUDIT_BATCHES && !signal.aborted; batch++)
          if (!(await audit.prune(auditRetention))) return
      })
      places.refill()
      await attempt('finishing tenants', async () => {
        for (const tenant of await tenants.listUnfinished(MIN_AGE)) {
          await attempt(`finishing tenant ${tenant.id}`, () => services.tenants.finish(tenant))
        }
      })
      const found: Backlog[] = []
      await attempt('visiting the tenants', async () => {
        found.push(await eventLog.backlog())
        const down = await places.down()
        if (down.length > 0)
          log.warn({ servers: down }, 'servers of tenants are down; sweeping their tenants later')
        for await (const tenant of everyActiveTenant(tenants)) {
          if (signal.aborted) return
          if (down.includes(tenant.server)) continue
          if (!places.isReachable(tenant.server)) continue
          await attempt(
            `sweeping tenant ${tenant.id}`,
            async () => void found.push(await sweepTenant(tenant))
          )
        }
        const sum = (of: 'events' | 'refused') => found.reduce((total, backlog) => total + backlog[of], 0)
        metrics.backlog({
          events: sum('events'),
          oldest: Math.max(0, ...found.map(({ oldest }) => oldest)),
          refused: sum('refused')
        })
      })
    }

    app.addHook('onReady', async () => relay.startSweeping())
    const signal = repeatedly(app, worker.sweepInterval, sweep)
    repeatedly(app, Math.min(worker.sweepInterval, MOVE_INTERVAL), finishMoves)
  },
  { name: 'sweeper', dependencies: ['config', 'database', 'tenancy', 'messaging'] }
)
