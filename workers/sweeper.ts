import fp from 'fastify-plugin'
import type { TenantMove } from '../db/main/tenant-moves-repository.js'
import type { Visit } from '../db/main/tenant-visits-repository.js'
import { settledWithin } from '../core/concurrency/sleep.js'
import { resource } from '../plugins/resources.js'
import type { WorkerServices } from './compose.js'
import { repeatedly } from './repeatedly.js'
import { createTenantSweep } from './tenant-sweep.js'
import { createVisitMetrics } from './visit-metrics.js'

/** Seconds after which the sweeper finishes a tenant that is not ready. */
const MIN_AGE = 60
/** Seconds between looks for moves that a killed process has left. */
const MOVE_INTERVAL = 5
const MOVES_AT_ONCE = 8
/** Maximum batches of old rows of each kind removed per sweep, so that the other work gets done. */
const BATCHES = 50
const EVENT_BATCHES = 20
/** Seconds after which a visit is repeated if its worker was killed: longer than most visits take. */
const CLAIM = 300
/** Milliseconds between looks for tenants that no mark has led to. */
const ADOPT_MS = 3_600_000

/**
 * Does the work that no event announces. At every interval it tidies the main database, and visits the tenants in which
 * something is due, the longest-waiting first. Every step is idempotent, and any number of workers can sweep.
 */
export default fp(
  async (app, { services }: { services: WorkerServices }) => {
    const { worker, eventRetention, auditRetention, tenancy } = resource(app, 'config')
    const { tenants, tenantKeys, tenantVisits, sessions, apiKeys, failures, invitations, mails } = resource(
      app,
      'database'
    )
    const { eventLog, audit } = resource(app, 'database')
    const places = resource(app, 'places')
    const relay = resource(app, 'relay')
    const log = app.log.child({ component: 'sweeper' })
    const eventMetrics = resource(app, 'eventMetrics')
    const metrics = createVisitMetrics(resource(app, 'metrics'))
    const interval = worker.sweepInterval

    async function attempt(what: string, work: () => Promise<void>): Promise<void> {
      try {
        await work()
      } catch (error) {
        if (!signal.aborted) log.warn({ err: error }, `${what} failed; trying again later`)
      }
    }

    /** Moves that are being settled, by tenant: none waits for another whose tables are locked. */
    const settling = new Map<string, Promise<void>>()

    async function settle(move: TenantMove): Promise<void> {
      const settled = await services.moving.takeOver(move, signal)
      if (settled !== 'held') log.info({ tenant_id: move.tenant_id, outcome: settled }, 'settled a move')
    }

    /** Runs more often than the sweeps: some tenants can do nothing until their move is finished. */
    async function finishMoves(): Promise<void> {
      await attempt('finishing moves of tenants', async () => {
        for (const move of await services.moving.listDue()) {
          const { tenant_id: id } = move
          if (settling.size === MOVES_AT_ONCE) return
          if (settling.has(id)) continue
          const work = attempt(`finishing the move of tenant ${id}`, () => settle(move))
          settling.set(
            id,
            work.then(() => void settling.delete(id))
          )
        }
      })
    }

    /** @param some removes a batch; true if there may be more */
    async function prune(what: string, some: () => Promise<boolean>, most = BATCHES): Promise<void> {
      await attempt(`removing old ${what}`, async () => {
        for (let batch = 0; batch < most && !signal.aborted; batch++) if (!(await some())) return
      })
    }

    async function tidy(): Promise<void> {
      await prune('sessions', () => sessions.prune())
      await prune('keys of service accounts', () => apiKeys.prune())
      await prune('counters of wrong passwords', () => failures.prune())
      await prune('Idempotency-Keys', () => tenantKeys.prune())
      await prune('invitations', () => invitations.prune())
      await prune('mails', () => mails.prune())
      await prune('events', async () => (await eventLog.prune(eventRetention)) > 0, EVENT_BATCHES)
      await prune('audit entries', () => audit.prune(auditRetention))
      places.refill()
      await attempt('finishing tenants', async () => {
        const down = await places.down()
        // A server that hangs can take minutes for each tenant; a tenant that stays unfinished fails after an hour.
        const end = performance.now() + interval * 1000
        for (const tenant of await tenants.listUnfinished(MIN_AGE)) {
          if (signal.aborted || performance.now() > end) return
          if (down.includes(tenant.server) || !places.isKnown(tenant.server)) continue
          await attempt(`finishing tenant ${tenant.id}`, () => services.tenants.finish(tenant))
        }
      })
    }

    async function visit(claimed: Visit): Promise<void> {
      metrics.visited()
      try {
        const { hasMore, nextIn, backlog } = await sweepTenant(claimed.tenant)
        const next = hasMore ? { nextIn: 0, soonest: 0 } : { nextIn, soonest: interval }
        await tenantVisits.finish(claimed, { ...next, backlog })
      } catch (error) {
        if (!signal.aborted)
          log.warn({ err: error }, `sweeping tenant ${claimed.tenant.id} failed; trying again later`)
        await tenantVisits.finish(claimed, { nextIn: 0, soonest: interval, backlog: null })
      }
    }

    const servers = 1 + Object.keys(tenancy.servers).length
    /** Visits under way, by server: one on each, so that a hanging server does not hold up the others. */
    const underWay = new Map<string, Promise<void>>()

    /** Begins a visit on a server that has none under way. @returns false if there is nothing to visit */
    async function visitNext(down: string[]): Promise<boolean> {
      if (underWay.size === servers) return false
      const busy = [...underWay.keys()]
      const claimed = await tenantVisits.claim(CLAIM, [...down, ...places.unreachable(), ...busy])
      if (claimed === null) return false
      const { server, id } = claimed.tenant
      const visiting = attempt(`ending the visit to tenant ${id}`, () => visit(claimed))
      underWay.set(
        server,
        visiting.then(() => void underWay.delete(server))
      )
      return true
    }

    let adoptAt = 0
    /** Visits tenants until none is due, or the interval is over. @returns whether more may be due */
    async function visitSome(): Promise<boolean> {
      const end = performance.now() + interval * 1000
      if (performance.now() >= adoptAt) {
        await tenantVisits.adopt()
        adoptAt = performance.now() + ADOPT_MS
      }
      await tenantVisits.takeMarks()
      const down = await places.down()
      if (down.length > 0)
        log.warn({ servers: down }, 'servers of tenants are down; sweeping their tenants later')
      while (!signal.aborted && performance.now() < end) {
        if (await visitNext(down)) continue
        if (underWay.size === 0) return false
        await settledWithin(Promise.race(underWay.values()), end - performance.now(), signal)
      }
      if (signal.aborted) await Promise.all(underWay.values())
      return !signal.aborted
    }

    async function count(): Promise<void> {
      const { backlog, ...due } = await tenantVisits.status()
      metrics.due(due)
      const main = await eventLog.backlog()
      eventMetrics.backlog({
        events: backlog.events + main.events,
        oldest: Math.max(backlog.oldest, main.oldest),
        refused: backlog.refused + main.refused
      })
    }

    async function visitAll(): Promise<void> {
      for (let hasMore = true; hasMore;) {
        hasMore = false
        await attempt('visiting the tenants', async () => {
          hasMore = await visitSome()
        })
        await attempt('counting what is due', count)
      }
    }

    app.addHook('onReady', async () => relay.startSweeping())
    // Three loops, so that a long round of visits does not hold up anything else.
    const signal = repeatedly(app, interval, tidy)
    repeatedly(app, interval, visitAll)
    repeatedly(app, Math.min(interval, MOVE_INTERVAL), finishMoves)
    app.addHook('preClose', async () => {
      await Promise.all(settling.values())
    })
    const sweepTenant = createTenantSweep({
      ...{ services, relay, eventRetention, signal, log },
      router: resource(app, 'router')
    })
  },
  { name: 'sweeper', dependencies: ['config', 'database', 'tenancy', 'messaging'] }
)
