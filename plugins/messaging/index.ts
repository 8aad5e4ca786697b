import { randomUUID } from 'node:crypto'
import fp from 'fastify-plugin'
import type { Registry } from 'prom-client'
import type { Config } from '../../core/config/config.js'
import { MAIN_OUTBOX } from '../../db/main/dirty-tenants-repository.js'
import type { MainDatabase } from '../database.js'
import type { Router } from '../tenancy/router.js'
import { createEventMetrics } from './event-metrics.js'
import { createProducer } from './kafka-producer.js'
import { createOutboxes } from './outboxes.js'
import { createRelay } from './relay.js'

/** Milliseconds that closing waits for Kafka to acknowledge what is on its way. */
const FLUSH_DEADLINE_MS = 5_000

/**
 * Decorates the application with `outboxes`, through which services write events, with `relay`, which
 * publishes them, with `producer`, and with `eventMetrics`.
 */
export default fp(
  async (app) => {
    const { kafka, outboxRetention } = app.getDecorator<Config>('config')
    const { dirtyTenants, outbox: mainOutbox, tenants } = app.getDecorator<MainDatabase>('database')
    const router = app.getDecorator<Router>('router')
    const metrics = createEventMetrics(app.getDecorator<Registry>('metrics'))
    const log = app.log.child({ component: 'messaging' })

    const producer = createProducer({ ...kafka, clientId: 'strongroom', logger: log })
    const relay = createRelay({
      owner: randomUUID(),
      dirtyTenants,
      withOutbox: async (outbox, work) => {
        if (outbox === MAIN_OUTBOX) return work(mainOutbox)
        const tenant = await tenants.findById(outbox)
        // Before a tenant is purged, its last events are published.
        const hasOutbox = tenant?.status === 'active' || tenant?.status === 'purging'
        return hasOutbox ? router.withTenant(tenant, (store) => work(store.outbox)) : null
      },
      producer,
      topicPrefix: kafka.topicPrefix,
      retention: outboxRetention,
      onPublished: (events) => metrics.published(events),
      onSetAside: (events) => metrics.setAside(events),
      log
    })
    app.decorate('producer', producer)
    app.decorate('relay', relay)
    app.decorate('eventMetrics', metrics)
    app.decorate(
      'outboxes',
      createOutboxes(dirtyTenants, (outbox) => relay.nudge(outbox))
    )

    app.addHook('onClose', async () => {
      await relay.close()
      await producer.close(FLUSH_DEADLINE_MS)
    })
  },
  { name: 'messaging', dependencies: ['config', 'metrics', 'database', 'tenancy'] }
)
