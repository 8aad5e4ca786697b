import { randomUUID } from 'node:crypto'
import fp from 'fastify-plugin'
import type { EventType } from '../core/events.js'
import { settledWithin } from '../core/concurrency/sleep.js'
import { createLogHandling } from '../plugins/messaging/log-handling.js'
import { TOPICS } from '../plugins/messaging/topics.js'
import { createWakeUps } from '../plugins/messaging/wake-ups.js'
import { resource } from '../plugins/resources.js'
import { ANY_ORDER, CONCURRENCY } from './consumer.js'
import { isHandled, type HandleEvent } from './handlers/index.js'

/** Without Kafka, passes the events of the logs to the same handlers. */
export default fp(
  async (app, { handle }: { handle: HandleEvent }) => {
    const { database, shutdown } = resource(app, 'config')
    const { dirtyTenants } = resource(app, 'database')
    const log = app.log.child({ component: 'log-reader' })
    const metrics = resource(app, 'eventMetrics')
    const handling = createLogHandling({
      ...{ dirtyTenants, handle, log },
      owner: randomUUID(),
      withLog: resource(app, 'withLog'),
      types: (TOPICS satisfies EventType[]).filter(isHandled),
      concurrency: CONCURRENCY,
      anyOrder: ANY_ORDER,
      onDone: ({ event_type, timestamp }, outcome) => metrics.handled(event_type, outcome, timestamp)
    })
    resource(app, 'logWork').attach(handling)

    // Events that other processes take into a log are handled at once; the sweep makes up for a lost notification.
    const wakeUps = createWakeUps(
      database.directUrl,
      'strongroom-listener',
      (outbox) => {
        if (outbox !== undefined) handling.ask(outbox)
      },
      log
    )
    app.addHook('onReady', async () => wakeUps.start())
    app.addHook('preClose', async () => {
      await settledWithin(Promise.all([wakeUps.close(), handling.close()]), shutdown.timeout * 1000)
    })
  },
  { name: 'log-reader', dependencies: ['config', 'database', 'messaging'] }
)
