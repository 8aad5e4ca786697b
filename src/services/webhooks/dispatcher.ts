import { randomUUID } from 'node:crypto'
import type { ClaimedEndpoint, DisabledReason, Lane, WebhookQueue } from '../../../db/main/webhook-queue.js'
import type { Sealing } from '../../../plugins/sealing.js'
import { deliveryTurn, type DeliveryTurnDependencies } from './delivery-turn.js'
import { unsealSecrets } from './secrets.js'

export interface WebhookDispatcherDependencies extends DeliveryTurnDependencies {
  queue: WebhookQueue
  sealing: Sealing
  /** Maximum concurrent turns per lane. */
  concurrency: number
  /** Whether mail is set up. */
  hasMail: boolean
  /** Runs work that writes an event to the outbox of the main database. */
  recordMain: <T>(work: () => Promise<T>) => Promise<T>
  onDisabled: (endpoint: ClaimedEndpoint, reason: DisabledReason) => void
  onError: (error: unknown, what: string, endpoint?: ClaimedEndpoint) => void
}

/** Seconds for which an endpoint is leased: longer than a turn. */
const LEASE = 60
/** Seconds after which a turn that failed on our side is repeated. */
const POSTPONED = 5
/** Milliseconds between looks for endpoints that are due. */
const INTERVAL_MS = 500
const LANES: readonly Lane[] = ['prompt', 'probing']

export type WebhookDispatcher = ReturnType<typeof createWebhookDispatcher>

/**
 * Gives endpoints that are due their turns, in two lanes, so that failing receivers take places only from each other.
 * Any number of workers can run a dispatcher: an endpoint has one turn at a time.
 */
export function createWebhookDispatcher(dependencies: WebhookDispatcherDependencies) {
  const { queue, sealing, concurrency, hasMail, recordMain, onDisabled, onError } = dependencies
  const stop = new AbortController()
  const running: Record<Lane, Set<Promise<void>>> = { prompt: new Set(), probing: new Set() }
  const looking = new Map<Lane, Promise<void>>()
  /** Lanes that need another look after the current one. */
  const again = new Set<Lane>()
  let timer: NodeJS.Timeout | undefined

  async function turn(endpoint: ClaimedEndpoint, claim: string): Promise<void> {
    const { id, wakes } = endpoint
    const held = { id, claim, wakes }
    try {
      const secrets = unsealSecrets(sealing, id, endpoint, (old, sealed) => {
        queue
          .reseal(id, old, sealed)
          .catch((error: unknown) => onError(error, 'sealing a secret again', endpoint))
      })
      const { end, disable } = await deliveryTurn(dependencies, endpoint, secrets, stop.signal)
      if (disable === null) {
        await queue.finish(held, end)
        return
      }
      await recordMain(() => queue.disable(held, end, { reason: disable, mailed: hasMail }))
      onDisabled(endpoint, disable)
    } catch (error) {
      onError(error, 'a turn', endpoint)
      await queue.postpone(id, claim, POSTPONED)
    }
  }

  async function take(lane: Lane): Promise<void> {
    const free = concurrency - running[lane].size
    if (free <= 0 || stop.signal.aborted) return
    const claim = randomUUID()
    for (const endpoint of await queue.claim(lane, claim, free, LEASE)) {
      const done: Promise<void> = turn(endpoint, claim)
        .catch((error: unknown) => onError(error, 'giving an endpoint back', endpoint))
        .finally(() => {
          running[lane].delete(done)
          // The endpoint may be due again.
          look(lane)
        })
      running[lane].add(done)
    }
  }

  /** Runs one look at a time per lane; all those asked for in the meantime become one more. */
  function look(lane: Lane): void {
    if (stop.signal.aborted) return
    if (looking.has(lane)) {
      again.add(lane)
      return
    }
    const done = take(lane)
      .catch((error: unknown) => onError(error, 'looking for endpoints that are due'))
      .finally(() => {
        looking.delete(lane)
        if (again.delete(lane)) look(lane)
      })
    looking.set(lane, done)
  }

  return {
    start(): void {
      timer = setInterval(() => LANES.forEach(look), INTERVAL_MS)
    },
    /** Starts nothing more, and waits for the attempts under way. */
    async close(): Promise<void> {
      clearInterval(timer)
      stop.abort()
      await Promise.all(looking.values())
      await Promise.all(LANES.flatMap((lane) => [...running[lane]]))
    }
  }
}
