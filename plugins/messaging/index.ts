import { randomUUID } from 'node:crypto'
import fp from 'fastify-plugin'
import { provide, resource } from '../resources.js'
import { MAIN_OUTBOX } from '../../db/main/dirty-tenants-repository.js'
import { createChange, type Change } from './change.js'
import { createEventMetrics, type EventMetrics } from './event-metrics.js'
import { createProducer, type EventProducer } from './kafka-producer.js'
import { createOutboxes, type Outboxes } from './outboxes.js'
import { createRelay, type Relay } from './relay.js'

/** How many milliseconds closing waits for Kafka to acknowledge the messages under way. */
const FLUSH_DEADLINE_MS = 5_000

declare module '../resources.js' {
  interface Resources {
    /** Used by services to change tenants' databases. */
    change: Change
    /** Used by services to write events in the main database. */
    outboxes: Outboxes
    /** Publishes the events. */
    relay: Relay
    producer: EventProducer
    eventMetrics: EventMetrics
  }
}

/** Provides `change`, `outboxes`, `relay`, `producer` and `eventMetrics`. */
export default fp(
  async (app) => {
    const { kafka, outboxRetention } = resource(app, 'config')
    const { dirtyTenants, outbox: mainOutbox, tenants } = resource(app, 'database')
    const router = resource(app, 'router')
    const metrics = createEventMetrics(resource(app, 'metrics'))
    const log = app.log.child({ component: 'messaging' })

    const producer = createProducer({ ...kafka, clientId: 'strongroom', logger: log })
    const relay = createRelay({
      owner: randomUUID(),
      dirtyTenants,
      withOutbox: async (outbox, work) => {
        if (outbox === MAIN_OUTBOX) return work(mainOutbox)
        const tenant = await tenants.findById(outbox)
        // A tenant's last events are published before it is purged.
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
    provide(app, 'producer', producer)
    provide(app, 'relay', relay)
    provide(app, 'eventMetrics', metrics)
    const outboxes = createOutboxes(dirtyTenants, (outbox) => relay.nudge(outbox))
    provide(app, 'outboxes', outboxes)
    provide(app, 'change', createChange(outboxes, router))

    app.addHook('onClose', async () => {
      await relay.close()
      await producer.close(FLUSH_DEADLINE_MS)
    })
  },
  { name: 'messaging', dependencies: ['config', 'metrics', 'database', 'tenancy'] }
)
