import fp from 'fastify-plugin'
import { resource } from '../plugins/resources.js'
import type { OutboxRepository } from '../db/outbox-repository.js'
import type { Tenant } from '../db/main/tenants-repository.js'
import type { WorkerServices } from './compose.js'
import { everyActiveTenant } from './every-tenant.js'
import { repeatedly } from './repeatedly.js'

/** Seconds that a file may be without documents, or a tenant without being ready, before the sweeper acts. */
const MIN_AGE = 60
const ORPHANS_AT_ONCE = 100
/** Seconds after which an unverified file can no longer be waiting for its event. */
const UNVERIFIED_AGE = 600
/** Few, since each file is read completely. */
const VERIFIED_AT_ONCE = 5
/** Maximum batches of old audit entries removed per sweep, so that the rest of its work gets done. */
const AUDIT_BATCHES = 50

type Backlog = Awaited<ReturnType<OutboxRepository['backlog']>>

/**
 * Finishes what no event announced: at every interval it visits the tenants one by one, removes objects that are due
 * and files that nothing refers to, and finishes what a killed process left half done. Every step is repeatable, by any
 * number of workers.
 */
export default fp(
  async (app, { services }: { services: WorkerServices }) => {
    const { worker, outboxRetention, auditRetention } = resource(app, 'config')
    const { tenants, tenantKeys, sessions, apiKeys, failures, invitations, mails, outbox, audit } = resource(
      app,
      'database'
    )
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

    /** @returns the backlog of the tenant's outbox */
    async function sweepTenant(tenant: Tenant): Promise<Backlog> {
      const removed = await services.removal.sweep(tenant)
      await services.uploads.sweep(tenant)
      const { orphans, unverified, backlog } = await router.withTenant(tenant, async (store) => {
        if (outboxRetention > 0) await store.outbox.prune(outboxRetention)
        await store.idempotencyKeys.prune()
        await store.usage.fold()
        return {
          orphans: await store.files.listOrphans(MIN_AGE, ORPHANS_AT_ONCE),
          unverified: await store.files.listUnverified(UNVERIFIED_AGE, VERIFIED_AT_ONCE),
          backlog: await store.outbox.backlog()
        }
      })
      for (const fileId of orphans) await services.files.removeOrphan(tenant, fileId)
      if (backlog.events > 0) relay.nudge(tenant.id)
      if (removed + orphans.length > 0)
        log.info({ tenant_id: tenant.id, objects: removed, files: orphans.length }, 'swept')
      for (const fileId of unverified) await services.verification.verify(tenant, fileId)
      return backlog
    }

    async function sweep(): Promise<void> {
      await attempt('pruning the main database', async () => {
        await sessions.prune()
        await apiKeys.prune()
        await failures.prune()
        await tenantKeys.prune()
        await invitations.prune()
        await mails.prune()
        if (outboxRetention > 0) await outbox.prune(outboxRetention)
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
        found.push(await outbox.backlog())
        for await (const tenant of everyActiveTenant(tenants)) {
          if (signal.aborted) return
          if (!places.isReachable()) throw new Error('the server of the tenants is down')
          await attempt(
            `sweeping tenant ${tenant.id}`,
            async () => void found.push(await sweepTenant(tenant))
          )
        }
        const events = found.reduce((sum, backlog) => sum + backlog.events, 0)
        metrics.backlog(events, Math.max(0, ...found.map(({ oldest }) => oldest)))
      })
    }

    app.addHook('onReady', async () => relay.startSweeping())
    const signal = repeatedly(app, worker.sweepInterval, sweep)
  },
  { name: 'sweeper', dependencies: ['config', 'database', 'tenancy', 'messaging'] }
)
