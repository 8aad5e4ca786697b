/** The consuming side of the benchmark, in its own process; started by worker-process.ts. */
import { createDeadLetterPublisher } from '../../plugins/messaging/dead-letters.js'
import { parseEvent } from '../../plugins/messaging/event.js'
import { PermanentError } from '../../plugins/messaging/permanent-error.js'
import { createConsumer } from '../../plugins/messaging/kafka-consumer.js'
import { createProducer } from '../../plugins/messaging/kafka-producer.js'
import { ensureTopics, TOPICS } from '../../plugins/messaging/topics.js'
import { loadConfig } from '../../core/config/config.js'
import { createLogger } from '../../core/logger.js'
import { CONCURRENCY } from '../../workers/consumer.js'
import { POISON } from './poison.js'

/** What the handlers have measured. */
export interface WorkerReport {
  /** Milliseconds for each event since the last report, by tenant. */
  lags: Record<string, number[]>
  /** Events since the start that came out of their tenant's order. */
  disorder: number
}
export type FromWorker =
  | { type: 'ready' }
  | { type: 'progress'; handled: number; deadLettered: number }
  | ({ type: 'report' } & WorkerReport)
export type ToWorker = 'report'

const PROGRESS_MS = 100
const { kafka } = loadConfig(process.env)
const logger = createLogger('fatal', 'bench')
const tell = (message: FromWorker) => process.send?.(message)

/** Milliseconds from the commit, by the database's clock on this same machine, to the end of the handler. */
let lags: Record<string, number[]> = {}
let disorder = 0
const lastOf = new Map<string, number>()

const producer = createProducer({ brokers: kafka.brokers, clientId: 'bench', logger })
const consumer = createConsumer({
  ...kafka,
  clientId: 'bench',
  topics: [...TOPICS],
  concurrency: CONCURRENCY,
  handle: async (message) => {
    const event = parseEvent(message.value)
    const { action, details } = event.data as { action: string; details: { n: number } }
    const { n } = details
    if (action === POISON) throw new PermanentError('It is poisoned')
    if (n <= (lastOf.get(String(event.tenant_id)) ?? -1)) disorder++
    lastOf.set(String(event.tenant_id), n)
    ;(lags[String(event.tenant_id)] ??= []).push(Date.now() - Date.parse(event.timestamp))
  },
  deadLetter: createDeadLetterPublisher(producer, kafka.topicPrefix),
  logger
})
await ensureTopics({ ...kafka, logger })
await consumer.start()
const waiting = setInterval(() => {
  if (consumer.status().assignments.length === 0) return
  clearInterval(waiting)
  tell({ type: 'ready' })
}, PROGRESS_MS)
setInterval(() => {
  const { handled, failed } = consumer.status()
  tell({ type: 'progress', handled, deadLettered: failed })
}, PROGRESS_MS)
process.on('message', () => {
  tell({ type: 'report', lags, disorder })
  lags = {}
})
process.on('disconnect', () => process.exit())
