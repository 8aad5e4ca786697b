import fp from 'fastify-plugin'
import type { EventType } from '../core/events.js'
import { sleep } from '../core/concurrency/sleep.js'
import { backoff } from '../plugins/messaging/backoff.js'
import { resource } from '../plugins/resources.js'
import { createDeadLetterPublisher } from '../plugins/messaging/dead-letters.js'
import { parseEvent } from '../plugins/messaging/event.js'
import { createConsumer, type IncomingMessage } from '../plugins/messaging/kafka-consumer.js'
import { ensureTopics, TOPICS } from '../plugins/messaging/topics.js'
import { isHandled, type HandleEvent } from './handlers/index.js'
import { createSignatureCheck } from './signed-events.js'

/** How many keys are handled concurrently; events of one key are handled in sequence. */
export const CONCURRENCY = 8
/** Events that are handled in any order: their handlers do not need one, and share statements. */
export const ANY_ORDER: ReadonlySet<EventType> = new Set(['file.process', 'document.uploaded', 'audit.log'])
/** Milliseconds between attempts to reach a broker for the topics. */
const TOPICS_BASE_MS = 500
const TOPICS_MAX_MS = 5_000

/** Consumes every topic and passes each event to the handler of its type. */
export default fp(
  async (app, { handle }: { handle: HandleEvent }) => {
    const { kafka, shutdown } = resource(app, 'config')
    const log = app.log.child({ component: 'consumer' })

    const checkSignature = createSignatureCheck(
      resource(app, 'eventSigner'),
      resource(app, 'logsAreComplete')
    )

    const metrics = resource(app, 'eventMetrics')
    const committedAt = new WeakMap<IncomingMessage, string>()

    const consumer = createConsumer({
      ...kafka,
      clientId: 'strongroom-worker',
      topics: [...TOPICS],
      concurrency: CONCURRENCY,
      anyOrder: ANY_ORDER,
      handle: async (message) => {
        if (!isHandled(message.topic)) return
        const event = parseEvent(message.value)
        await checkSignature(message, event)
        await handle(event)
        committedAt.set(message, event.timestamp)
      },
      onDone: (message, outcome) => metrics.handled(message.topic, outcome, committedAt.get(message)),
      deadLetter: createDeadLetterPublisher(resource(app, 'producer'), kafka.topicPrefix),
      logger: log
    })
    const closing = new AbortController()

    /** Runs in the background: without Kafka the worker still sweeps, and it joins once the broker is up. */
    async function start(): Promise<void> {
      for (let attempt = 1; (await ensureTopics({ ...kafka, logger: log })) === 'unreachable'; attempt++) {
        await sleep(backoff(attempt, TOPICS_BASE_MS, TOPICS_MAX_MS), closing.signal)
        if (closing.signal.aborted) return
      }
      if (!closing.signal.aborted) await consumer.start()
    }

    metrics.observe(() => consumer.status())
    app.addHook('onReady', async () => void start())
    app.addHook('preClose', async () => {
      closing.abort()
      await consumer.close(shutdown.timeout * 1000)
    })
  },
  { name: 'consumer', dependencies: ['config', 'messaging'] }
)
