import { randomUUID } from 'node:crypto'
import fp from 'fastify-plugin'
import { provide, resource } from '../resources.js'
import { MAIN_OUTBOX } from '../../db/main/dirty-tenants-repository.js'
import { createChange, type Change } from './change.js'
import { createEventMetrics, type EventMetrics } from './event-metrics.js'
import { createAnnouncements } from './announcements.js'
import { toMessage } from './event.js'
import { createProducer, type EventProducer } from './kafka-producer.js'
import { createAttachableWork, type AttachableWork } from './attachable-work.js'
import { noProducer } from './no-producer.js'
import { createLogSwitch, type LogsAreComplete } from './log-switch.js'
import { createPublisher } from './publisher.js'
import { createOutboxes, type Outboxes } from './outboxes.js'
import { createRelay, type Relay, type WithLog } from './relay.js'
import { createEventSigner, type EventSigner } from './signatures.js'
import { createWebhookWakes } from './webhook-wakes.js'
import { createKnownTenants } from '../tenancy/known-tenants.js'

/** How many milliseconds closing waits for Kafka to acknowledge the messages under way. */
const FLUSH_DEADLINE_MS = 5_000

declare module '../resources.js' {
  interface Resources {
    /** Used by services to change tenants' databases. */
    change: Change
    /** Used by services to write events in the main database. */
    outboxes: Outboxes
    /** Takes events from the outboxes into their logs, and has them published or handled. */
    relay: Relay
    producer: EventProducer
    /** The outboxes and logs of the installation. */
    withLog: WithLog
    /** Without Kafka: the worker's handling of the logs; does nothing in the API. */
    logWork: AttachableWork
    /** Signs published events, and verifies their signatures. */
    eventSigner: EventSigner
    /** Whether the event logs can be read. */
    logsAreComplete: LogsAreComplete
    eventMetrics: EventMetrics
  }
}

/**
 * Provides `change`, `outboxes`, `relay`, `producer`, `withLog`, `logWork`, `eventSigner`, `logsAreComplete` and
 * `eventMetrics`.
 */
export default fp(
  async (app) => {
    const { kafka, events, auth } = resource(app, 'config')
    const { dirtyTenants, eventLog, eventNotifications, installation, tenants, webhookQueue } = resource(
      app,
      'database'
    )
    const router = resource(app, 'router')
    const metrics = createEventMetrics(resource(app, 'metrics'))
    const log = app.log.child({ component: 'messaging' })

    const findTenant = createKnownTenants(tenants)
    const withLog: WithLog = async (outbox, work) => {
      if (outbox === MAIN_OUTBOX) return work(eventLog)
      const tenant = await findTenant(outbox)
      // A tenant's last events are published before it is purged.
      const hasOutbox = tenant?.status === 'active' || tenant?.status === 'purging'
      return hasOutbox ? router.withTenant(tenant, (store) => work(store.eventLog)) : null
    }
    const logsAreComplete = createLogSwitch(() => installation.eventsLoggedSince())
    const announcements = createAnnouncements(
      (outboxes) => eventNotifications.announce(outboxes),
      (error) => log.warn({ err: error }, 'readers of the event logs could not be notified')
    )
    const webhookWakes = createWebhookWakes(
      (tenantIds) => webhookQueue.wake(tenantIds),
      (error) => log.warn({ err: error }, 'webhooks could not be woken; trying again later')
    )
    const signer = createEventSigner(auth.lastingSecrets)
    const producer =
      events === 'kafka' ? createProducer({ ...kafka, clientId: 'strongroom', logger: log }) : noProducer
    const publisher = createPublisher({
      ...{ dirtyTenants, withLog, logsAreComplete, producer, log },
      owner: randomUUID(),
      toMessage: (event) => toMessage(event, kafka.topicPrefix, signer),
      onPublished: (events) => metrics.published(events),
      onRefused: (events) => metrics.setAside(events)
    })
    const logWork = createAttachableWork()
    const relay = createRelay({
      ...{ dirtyTenants, withLog, logsAreComplete, log },
      work: events === 'kafka' ? publisher : logWork,
      onTurn: (outbox, taken) => {
        if (taken > 0) announcements.add(outbox)
        webhookWakes.turnEnded(outbox, taken)
      }
    })
    provide(app, 'producer', producer)
    provide(app, 'withLog', withLog)
    provide(app, 'logWork', logWork)
    provide(app, 'eventSigner', signer)
    provide(app, 'logsAreComplete', logsAreComplete)
    provide(app, 'relay', relay)
    provide(app, 'eventMetrics', metrics)
    const outboxes = createOutboxes(dirtyTenants, (outbox) => relay.nudge(outbox))
    provide(app, 'outboxes', outboxes)
    provide(app, 'change', createChange(outboxes, router))

    app.addHook('onClose', async () => {
      await relay.close()
      await announcements.close()
      await webhookWakes.close()
      await producer.close(FLUSH_DEADLINE_MS)
    })
  },
  { name: 'messaging', dependencies: ['config', 'metrics', 'database', 'tenancy'] }
)
