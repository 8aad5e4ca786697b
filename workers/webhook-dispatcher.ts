import fp from 'fastify-plugin'
import { Counter, Gauge, Histogram } from 'prom-client'
import { createSealing } from '../plugins/sealing.js'
import { resource } from '../plugins/resources.js'
import { createWebhookDispatcher } from '../src/services/webhooks/dispatcher.js'
import { SEALING_PURPOSE } from '../src/services/webhooks/secrets.js'
import { repeatedly } from './repeatedly.js'

/** Seconds between counts of the webhooks that are due. */
const STATUS_INTERVAL = 15
/** Buckets for the duration of an attempt, in seconds. */
const BUCKETS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Sends the events of tenants to their webhooks. */
export default fp(
  async (app) => {
    const { auth, mail, webhooks } = resource(app, 'config')
    const { webhookQueue: queue } = resource(app, 'database')
    const outboxes = resource(app, 'outboxes')
    const log = app.log.child({ component: 'webhooks' })
    const registers = [resource(app, 'metrics')]
    const attempts = new Counter({
      name: 'strongroom_webhook_attempts_total',
      help: 'Attempts to deliver an event: delivered, waiting (a retry follows), failed (the last one)',
      labelNames: ['outcome'],
      registers
    })
    const duration = new Histogram({
      name: 'strongroom_webhook_attempt_seconds',
      help: 'Seconds until the receiver of a webhook has answered, or the attempt has failed',
      buckets: BUCKETS,
      registers
    })
    const endpoints = new Gauge({
      name: 'strongroom_webhook_endpoints',
      help: 'Webhooks that are due, probed because their receivers fail, or disabled for that, over all workers',
      labelNames: ['state'],
      registers
    })
    const oldest = new Gauge({
      name: 'strongroom_webhook_oldest_due_seconds',
      help: 'Seconds for which the longest-waiting webhook with a working receiver has been due, over all workers',
      registers
    })
    const dispatcher = createWebhookDispatcher({
      router: resource(app, 'router'),
      client: resource(app, 'outbound'),
      sealing: createSealing(auth.lastingSecrets, SEALING_PURPOSE),
      queue,
      concurrency: webhooks.concurrency,
      hasMail: mail.transport.kind !== 'none',
      recordMain: (work) => outboxes.recordMain(work),
      onAttempt({ state, duration_ms }) {
        attempts.inc({ outcome: state })
        if (duration_ms !== null) duration.observe(duration_ms / 1000)
      },
      onDisabled({ id, tenant_id }, reason) {
        log.warn({ webhook_id: id, tenant_id, reason }, 'disabled a webhook')
      },
      onError(error, what, endpoint) {
        const { id, tenant_id } = endpoint ?? {}
        log.warn({ err: error, webhook_id: id, tenant_id }, `${what} failed; trying again later`)
      }
    })
    app.addHook('onReady', async () => dispatcher.start())
    app.addHook('preClose', () => dispatcher.close())

    const signal = repeatedly(app, STATUS_INTERVAL, async () => {
      try {
        const status = await queue.status()
        for (const state of ['due', 'probed', 'disabled'] as const) endpoints.set({ state }, status[state])
        oldest.set(status.oldest)
      } catch (error) {
        if (!signal.aborted) log.warn({ err: error }, 'counting the webhooks failed; trying again later')
      }
    })
  },
  { name: 'webhook-dispatcher', dependencies: ['config', 'database', 'tenancy', 'messaging', 'outbound'] }
)
