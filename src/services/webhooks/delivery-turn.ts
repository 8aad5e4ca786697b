import { performance } from 'node:perf_hooks'
import { PROBED_FROM } from '../../../core/webhooks.js'
import { type ClaimedEndpoint, type DisabledReason, type TurnEnd } from '../../../db/main/webhook-queue.js'
import type { LoggedEvent } from '../../../core/logged-event.js'
import type { DeliveryOutcome } from '../../../db/tenant/webhook-deliveries-repository.js'
import type { TenantStore } from '../../../db/tenant/store.js'
import type { OutboundClient } from '../../../plugins/outbound/client.js'
import type { Router } from '../../../plugins/tenancy/router.js'
import { messageOf } from './message.js'
import { ATTEMPTS, probeIn, retryIn } from './retries.js'

/** Maximum numbers of new events and of retries per turn. */
const EVENTS = 20
const RETRIES = 10
/** Maximum concurrent requests to an endpoint. */
const AT_ONCE = 4
/** Milliseconds after which a turn starts no more requests, so that it ends before its lease does. */
const BEGINNING_MS = 30_000
/** An endpoint with this many deliveries that wait for a retry gets no new events. */
const WAITING = 100
/** Seconds of failures after which an endpoint is disabled. */
const FAILING_LIMIT = 5 * 86_400
/** Maximum characters of an answer that are stored. */
const MAX_RESPONSE_LENGTH = 1_024

export interface DeliveryTurnDependencies {
  router: Router
  client: Pick<OutboundClient, 'post'>
  /** Called after every attempt. */
  onAttempt: (outcome: DeliveryOutcome) => void
}

/** An event to send. */
interface Item {
  event: LoggedEvent
  /** Attempts so far. */
  attempts: number
  isNew: boolean
}

export interface TurnResult {
  end: TurnEnd
  /** Null if the webhook stays enabled. */
  disable: DisabledReason | null
}

/**
 * One turn of an endpoint: reads the events that are due, sends them, and records the outcomes. Holds no database
 * connection while it waits for the receiver.
 * @param signal stops the turn from starting more requests
 * @throws what the tenant's database throws; then nothing has been recorded
 */
export async function deliveryTurn(
  { router, client, onAttempt }: DeliveryTurnDependencies,
  endpoint: ClaimedEndpoint,
  secrets: readonly string[],
  signal: AbortSignal
): Promise<TurnResult> {
  const { tenant_id: id, database_name, server } = endpoint
  const tenant = { id, database_name, server }
  const isProbe = endpoint.failures >= PROBED_FROM
  const due = await router.withTenant(tenant, (store) => readDue(store, endpoint, isProbe))
  const outcomes: DeliveryOutcome[] = due.pruned
  const lastBegin = performance.now() + BEGINNING_MS
  const queue = [...due.items]
  const progress = {
    begun: 0,
    cursor: due.cursor,
    failures: endpoint.failures,
    succeeded: false,
    isGone: false,
    /** Seconds that the receiver asked for. */
    pause: null as number | null
  }

  const mayBegin = () =>
    !signal.aborted &&
    !progress.isGone &&
    performance.now() < lastBegin &&
    (isProbe ? progress.begun === 0 : progress.failures < PROBED_FROM)

  async function deliver({ event, attempts: before, isNew }: Item): Promise<void> {
    // New events start in the order of the log, so the cursor ends at the last one started.
    if (isNew) progress.cursor = event.position
    const { headers, body } = messageOf(event, secrets)
    const start = performance.now()
    const answer = await client.post(endpoint.url, headers, body)
    const attempts = before + 1
    const isDelivered = answer.status !== null && answer.status >= 200 && answer.status < 300
    const retryAfter = answer.status === null ? null : answer.retryAfter
    // A probe does not use up the attempts of its event: the receiver has five days to recover.
    const counted = isProbe ? Math.min(attempts, ATTEMPTS - 1) : attempts
    const delay = isDelivered ? null : retryIn(counted, retryAfter)
    const outcome: DeliveryOutcome = {
      ...{ position: event.position, event_id: event.event_id, attempts, retry_in: delay },
      state: isDelivered ? 'delivered' : delay === null ? 'failed' : 'waiting',
      status: answer.status,
      error: answer.status === null ? answer.error : null,
      duration_ms: Math.round(performance.now() - start),
      response: answer.status === null ? null : (answer.body?.slice(0, MAX_RESPONSE_LENGTH) ?? null)
    }
    outcomes.push(outcome)
    onAttempt(outcome)
    if (isDelivered) {
      progress.failures = 0
      progress.succeeded = true
      return
    }
    // Limited, so that concurrent failures do not skip steps of the probes' delays.
    progress.failures = Math.min(progress.failures + 1, Math.max(PROBED_FROM, endpoint.failures + 1))
    if (answer.status === 410) progress.isGone = true
    if (retryAfter === null) return
    // Retry-After asks for a pause, which applies to everything that would be sent to this receiver.
    progress.failures = Math.max(progress.failures, PROBED_FROM)
    progress.pause = Math.max(progress.pause ?? 0, retryAfter)
  }

  async function deliverOneByOne(): Promise<void> {
    for (let item = queue[0]; item !== undefined && mayBegin(); item = queue[0]) {
      queue.shift()
      progress.begun += 1
      await deliver(item)
    }
  }
  await Promise.all(Array.from({ length: isProbe ? 1 : AT_ONCE }, deliverOneByOne))
  if (queue.length === 0) progress.cursor = Math.max(progress.cursor, due.reached)

  const nextRetry = await router.withTenant(tenant, (store) =>
    store.webhookDeliveries.record(endpoint.id, outcomes)
  )
  // Without an event to send, it is not known whether the receiver has recovered.
  const hasFailed = progress.begun > 0 && progress.failures > 0 && !progress.succeeded
  const isFailing = hasFailed && endpoint.failing_for > FAILING_LIMIT
  const nextIn =
    progress.failures >= PROBED_FROM
      ? probeIn(progress.failures - PROBED_FROM, progress.pause)
      : queue.length > 0 || due.hasMore
        ? 0
        : nextRetry
  return {
    end: {
      cursor: progress.cursor,
      epoch: due.epoch,
      failures: progress.failures,
      succeeded: progress.succeeded,
      nextIn
    },
    disable: progress.isGone ? 'gone' : isFailing ? 'failing' : null
  }
}

/**
 * What a turn may send, retries first. A probe is a single event, due or not: every other one is new, if there is one,
 * so that an event which this receiver always refuses does not keep the others from it.
 */
async function readDue({ webhookDeliveries }: TenantStore, endpoint: ClaimedEndpoint, isProbe: boolean) {
  const limits = isProbe ? { events: 1, retries: 1 } : { events: EVENTS, retries: RETRIES }
  const retries = await webhookDeliveries.listRetries(endpoint.id, limits.retries, { probe: isProbe })
  const start = await startOf(webhookDeliveries, endpoint)
  const read = (after: number) =>
    webhookDeliveries.readLog(endpoint.id, after, endpoint.event_types, limits.events)
  let log = await read(start)
  // Other turns go on at once where the log has nothing for this endpoint; the next probe may come a day later.
  for (let reads = 1; isProbe && reads < PROBE_READS; reads++) {
    if (log.events.length > 0 || log.reached >= log.state.last) break
    log = await read(log.reached)
  }
  const isTurnOfNew = !isProbe || retries.length === 0 || (endpoint.failures - PROBED_FROM) % 2 === 1
  const takesNew = isTurnOfNew && log.waiting < WAITING
  const pruned: DeliveryOutcome[] = []
  const again: Item[] = []
  for (const { position, event_id, attempts, event } of retries) {
    if (event !== null) again.push({ event, attempts, isNew: false })
    else pruned.push({ position, event_id, attempts, ...GIVEN_UP })
  }
  // After a recovery, the log returns events that already wait for a retry.
  const isRetried = (event: LoggedEvent) => retries.some(({ position }) => position === event.position)
  const events = takesNew ? log.events.filter((event) => !isRetried(event)) : []
  const unsent: Item[] = events.map((event) => ({ event, attempts: 0, isNew: true }))
  return {
    items: isProbe ? [...unsent, ...again].slice(0, 1) : [...again, ...unsent],
    pruned,
    cursor: start,
    epoch: log.state.epoch,
    /** The cursor once all items have been tried. */
    reached: takesNew || log.events.length === 0 ? log.reached : start,
    hasMore: retries.length === limits.retries || (takesNew && log.reached < log.state.last)
  }
}

/** Maximum reads of the log by which a probe looks for a new event: 200,000 positions. */
const PROBE_READS = 200

const GIVEN_UP = {
  state: 'failed',
  retry_in: null,
  status: null,
  duration_ms: null,
  response: null,
  error: 'the event is no longer kept, or is too large'
} as const

/**
 * The position after which new events begin. After a restore of the database (a new epoch), positions are used again:
 * then new events begin after the newest one with a recorded delivery.
 */
async function startOf(
  webhookDeliveries: TenantStore['webhookDeliveries'],
  { id, cursor, cursor_epoch }: ClaimedEndpoint
): Promise<number> {
  const { epoch, last } = await webhookDeliveries.logState()
  if (epoch === cursor_epoch) return cursor
  return (await webhookDeliveries.newestOf(id)) ?? Math.min(cursor, last)
}
