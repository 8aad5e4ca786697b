import { setMaxListeners } from 'node:events'
import pLimit from 'p-limit'
import { settledWithin, sleep } from '../../core/concurrency/sleep.js'
import { within } from '../../core/concurrency/timeout.js'
import { backoff } from './backoff.js'
import type { IncomingMessage } from './incoming-message.js'
import type { Log } from './kafka-client.js'
import { PermanentError } from './permanent-error.js'
import { createPartitionProgress, type PartitionProgress } from './partition-progress.js'

export interface RetryOptions {
  /** How often a message is handled before it becomes a dead letter. */
  attempts: number
  /** Milliseconds before the second attempt, doubled for each further one … */
  baseMs: number
  /** … up to this. */
  maxMs: number
  /** Milliseconds after which an attempt counts as failed, so that a hanging one holds nothing up for ever. */
  timeoutMs: number
}

export interface WorkOptions {
  /** Messages that are handled at the same time. */
  concurrency: number
  retry: RetryOptions
  /** What it throws is tried again, unless it is a {@link PermanentError}. */
  handle: (message: IncomingMessage) => Promise<void>
  /** Sets a message aside that could not be handled; true once that is safe. */
  deadLetter: (message: IncomingMessage, error: unknown) => Promise<boolean>
  /** Everything of this partition before `offset` is done. */
  store: (topic: string, partition: number, offset: number) => void
  onDone: (message: IncomingMessage, outcome: Outcome) => void
  logger: Log
}

export type Outcome = 'handled' | 'dead_lettered'

/** How trying ended: handled, failed for good, or broken off because the work was ended. */
type Trial = { result: 'handled' | 'ended' } | { result: 'failed'; error: unknown }

/** The work on the messages of one assignment, from when its partitions are given until they are taken. */
export interface AssignmentWork {
  /** Takes a message in, in the order of its partition. */
  add(message: IncomingMessage): void
  /** Messages that were taken in and are not done. */
  pending(): number
  /** Resolves when fewer than `count` messages are pending, the signal aborts or `ms` milliseconds are over. */
  untilBelow(count: number, ms: number, signal?: AbortSignal): Promise<void>
  /**
   * Begins nothing more and waits for what is running, `ms` milliseconds at most. Afterwards `store` is not
   * called any more: what is not done then will be delivered again.
   */
  end(ms: number): Promise<void>
}

/**
 * Messages of one partition and key are handled one after the other, others at the same time. A failed
 * message is tried again, while its key waits and others go on, and finally becomes a dead letter: then its
 * key goes on too. It is done only once it was handled or is safe among the dead letters.
 */
export function createAssignmentWork(options: WorkOptions): AssignmentWork {
  const { retry, logger } = options
  const inTurn = pLimit(options.concurrency)
  const ending = new AbortController()
  // Every message that waits for another attempt listens.
  setMaxListeners(0, ending.signal)
  const lastOfKeys = new Map<string, Promise<Trial>>()
  const unfinished = new Set<Promise<void>>()
  const partitions = new Map<string, PartitionProgress>()
  let pending = 0
  let abandoned = false
  let onProgress = () => {}

  function add(message: IncomingMessage): void {
    const partition = `${message.topic}/${message.partition}`
    const key = `${partition}/${message.key ?? ''}`
    let progress = partitions.get(partition)
    if (progress === undefined) partitions.set(partition, (progress = createPartitionProgress()))
    progress.begin(message.offset)
    pending++
    const trial = (lastOfKeys.get(key) ?? Promise.resolve()).then(() => tryToHandle(message))
    lastOfKeys.set(key, trial)
    const end = trial.then(async (tried) => {
      if (lastOfKeys.get(key) === trial) lastOfKeys.delete(key)
      await finish(message, progress, tried)
      pending--
      unfinished.delete(end)
      onProgress()
    })
    unfinished.add(end)
  }

  async function finish(message: IncomingMessage, progress: PartitionProgress, tried: Trial): Promise<void> {
    if (tried.result === 'ended') return
    if (tried.result === 'failed' && !(await setAside(message, tried.error))) return
    if (abandoned) return
    options.onDone(message, tried.result === 'failed' ? 'dead_lettered' : 'handled')
    const next = progress.finish(message.offset)
    if (next !== undefined) options.store(message.topic, message.partition, next)
  }

  async function tryToHandle(message: IncomingMessage): Promise<Trial> {
    const { topic, partition, offset } = message
    let failure: unknown
    for (let attempt = 1; attempt <= retry.attempts; attempt++) {
      if (attempt > 1) await sleep(backoff(attempt - 1, retry.baseMs, retry.maxMs), ending.signal)
      try {
        return await inTurn(async () => {
          if (ending.signal.aborted) return { result: 'ended' }
          await within(retry.timeoutMs, options.handle(message), `Not handled within ${retry.timeoutMs} ms`)
          return { result: 'handled' }
        })
      } catch (error) {
        failure = error
        logger.warn({ err: error, topic, partition, offset, attempt }, 'Handling a message failed')
        if (error instanceof PermanentError) break
      }
    }
    return { result: 'failed', error: failure }
  }

  /** Until it is safe; false when the work was ended before that. */
  async function setAside(message: IncomingMessage, failure: unknown): Promise<boolean> {
    for (let attempt = 1; !ending.signal.aborted; attempt++) {
      if (await publishDeadLetter(message, failure)) return true
      await sleep(backoff(attempt, retry.baseMs, retry.maxMs), ending.signal)
    }
    return false
  }

  async function publishDeadLetter(message: IncomingMessage, failure: unknown): Promise<boolean> {
    const { topic, partition, offset } = message
    let safe = false
    let cause: unknown = failure
    try {
      safe = await options.deadLetter(message, failure)
    } catch (error) {
      cause = error
    }
    const text = safe
      ? 'A message became a dead letter'
      : 'A dead letter could not be published; trying again'
    logger.error({ err: cause, topic, partition, offset }, text)
    return safe
  }

  return {
    add,
    pending: () => pending,
    async untilBelow(count, ms, signal) {
      if (pending < count) return
      const below = new Promise<void>((resolve) => {
        onProgress = () => {
          if (pending < count) resolve()
        }
      })
      await settledWithin(below, ms, signal)
    },
    async end(ms) {
      ending.abort()
      await settledWithin(Promise.all(unfinished), ms)
      abandoned = true
    }
  }
}
