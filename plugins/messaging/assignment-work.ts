import { setMaxListeners } from 'node:events'
import { backoff, settledWithin, sleep } from './backoff.js'
import type { IncomingMessage } from './incoming-message.js'
import type { Log } from './kafka-client.js'
import { PermanentError } from './permanent-error.js'
import { createPartitionProgress, type PartitionProgress } from './partition-progress.js'
import { createSlots } from './slots.js'

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
 * message is tried again and finally becomes a dead letter, while its key waits and others go on. It is done
 * only once it was handled or is safe among the dead letters.
 */
export function createAssignmentWork(options: WorkOptions): AssignmentWork {
  const { retry, logger } = options
  const slots = createSlots(options.concurrency)
  const ending = new AbortController()
  // Every message that waits for another attempt listens.
  setMaxListeners(0, ending.signal)
  const lanes = new Map<string, Promise<void>>()
  const partitions = new Map<string, PartitionProgress>()
  let pending = 0
  let abandoned = false
  let onProgress = () => {}

  function add(message: IncomingMessage): void {
    const partition = `${message.topic}/${message.partition}`
    const lane = `${partition}/${message.key ?? ''}`
    let progress = partitions.get(partition)
    if (progress === undefined) partitions.set(partition, (progress = createPartitionProgress()))
    progress.begin(message.offset)
    pending++
    const tail = (lanes.get(lane) ?? Promise.resolve())
      .then(() => work(message, progress))
      .then(() => {
        pending--
        if (lanes.get(lane) === tail) lanes.delete(lane)
        onProgress()
      })
    lanes.set(lane, tail)
  }

  async function work(message: IncomingMessage, progress: PartitionProgress): Promise<void> {
    const outcome = await bringToAnEnd(message)
    if (outcome === undefined || abandoned) return
    options.onDone(message, outcome)
    const next = progress.finish(message.offset)
    if (next !== undefined) options.store(message.topic, message.partition, next)
  }

  /** undefined when the work was ended before the message was done. */
  async function bringToAnEnd(message: IncomingMessage): Promise<Outcome | undefined> {
    const { topic, partition, offset } = message
    let failure: unknown
    for (let attempt = 1; attempt <= retry.attempts; attempt++) {
      if (attempt > 1) await sleep(backoff(attempt - 1, retry.baseMs, retry.maxMs), ending.signal)
      if (!(await slots.take())) return undefined
      try {
        await within(options.handle(message), retry.timeoutMs)
        return 'handled'
      } catch (error) {
        failure = error
        logger.warn({ err: error, topic, partition, offset, attempt }, 'Handling a message failed')
        if (error instanceof PermanentError) break
      } finally {
        slots.give()
      }
    }
    for (let attempt = 1; !ending.signal.aborted; attempt++) {
      if (await setAside(message, failure)) return 'dead_lettered'
      await sleep(backoff(attempt, retry.baseMs, retry.maxMs), ending.signal)
    }
    return undefined
  }

  async function setAside(message: IncomingMessage, failure: unknown): Promise<boolean> {
    const { topic, partition, offset } = message
    let safe = false
    let cause: unknown = failure
    try {
      safe = await options.deadLetter(message, failure)
    } catch (error) {
      cause = error
    }
    const text = safe ? 'A message became a dead letter' : 'A dead letter could not be published; trying on'
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
      slots.close()
      await settledWithin(Promise.all(lanes.values()), ms)
      abandoned = true
    }
  }
}

/** @throws when the work fails or takes longer; it cannot be stopped, only no longer be waited for */
async function within(work: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`Not handled within ${ms} ms`)), ms)
  })
  try {
    await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
