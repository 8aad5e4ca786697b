import { setMaxListeners } from 'node:events'
import pLimit from 'p-limit'
import { atOnce, type InTurn } from '../../core/concurrency/in-turn.js'
import { settledWithin, sleep } from '../../core/concurrency/sleep.js'
import { backoff } from './backoff.js'
import type { IncomingMessage } from './incoming-message.js'
import type { Log } from './kafka-client.js'
import { createOutages } from './outages.js'
import { createPartitionProgress, type PartitionProgress } from './partition-progress.js'
import { tryToHandle, type RetryOptions, type Trial } from './retries.js'

export interface WorkOptions {
  /** Messages handled at the same time. */
  concurrency: number
  /**
   * Topics whose messages are independent of each other: they are all handled at once, so that they share statements.
   */
  anyOrder?: ReadonlySet<string>
  retry: RetryOptions
  /** If it throws, the message is tried again, unless the error is a `PermanentError`. */
  handle: (message: IncomingMessage) => Promise<void>
  /** Sets aside a message that could not be handled; resolves with true once it is safely stored. */
  deadLetter: (message: IncomingMessage, error: unknown) => Promise<boolean>
  /** Called when everything before `offset` in this partition is done. */
  store: (topic: string, partition: number, offset: number) => void
  onDone: (message: IncomingMessage, outcome: Outcome) => void
  logger: Log
}

export type Outcome = 'handled' | 'dead_lettered'

/** Work on the messages of one assignment, from when its partitions are assigned until they are revoked. */
export interface AssignmentWork {
  /** Accepts a message; call this in the order of the partition. */
  add(message: IncomingMessage): void
  /** How many accepted messages are not done yet. @param partition counts only this `topic/number` */
  pending(partition?: string): number
  /** The bytes of the pending messages' values. */
  pendingBytes(): number
  /** Resolves when fewer than `count` messages are pending, the signal aborts, or `ms` milliseconds have passed. */
  untilBelow(count: number, ms: number, signal?: AbortSignal): Promise<void>
  /**
   * Starts no further message and waits up to `ms` milliseconds for those that are running. `store` is not called after
   * that, so unfinished messages will be delivered again.
   */
  end(ms: number): Promise<void>
}

/**
 * Handles messages of the same partition and key one after the other, unless the order of their topic does not matter,
 * and all others concurrently. While a failed message is retried, its key waits and other keys go on. After the last
 * attempt, the message becomes a dead letter, and its key goes on. A message is done once it is handled or safely
 * stored as a dead letter.
 */
export function createAssignmentWork(options: WorkOptions): AssignmentWork {
  const { retry, logger } = options
  const inTurn = pLimit(options.concurrency)
  const outageOf = createOutages(retry.outageMs)
  const ending = new AbortController()
  // Each message waiting for its next attempt adds a listener.
  setMaxListeners(0, ending.signal)
  const lastOfKeys = new Map<string, Promise<Trial>>()
  const unfinished = new Set<Promise<void>>()
  const partitions = new Map<string, PartitionProgress>()
  const pendingOf = new Map<string, number>()
  let pending = 0
  let pendingBytes = 0
  let abandoned = false
  let onProgress = () => {}

  function add(message: IncomingMessage): void {
    const partition = `${message.topic}/${message.partition}`
    const key = `${partition}/${message.key ?? ''}`
    let progress = partitions.get(partition)
    if (progress === undefined) partitions.set(partition, (progress = createPartitionProgress()))
    progress.begin(message.offset)
    count(partition, message, 1)
    const isFree = options.anyOrder?.has(message.topic) === true
    const before = isFree ? undefined : lastOfKeys.get(key)
    const trial = (before ?? Promise.resolve()).then(() => attempt(message, key, isFree ? atOnce : inTurn))
    if (!isFree) lastOfKeys.set(key, trial)
    const end = trial.then(async (tried) => {
      if (lastOfKeys.get(key) === trial) lastOfKeys.delete(key)
      await finish(message, progress, tried)
      count(partition, message, -1)
      unfinished.delete(end)
      onProgress()
    })
    unfinished.add(end)
  }

  function count(partition: string, { value }: IncomingMessage, by: 1 | -1): void {
    pending += by
    pendingBytes += by * (value?.length ?? 0)
    pendingOf.set(partition, (pendingOf.get(partition) ?? 0) + by)
  }

  async function finish(message: IncomingMessage, progress: PartitionProgress, tried: Trial): Promise<void> {
    if (tried.result === 'ended') return
    if (tried.result === 'failed' && !(await setAside(message, tried.error))) return
    if (abandoned) return
    options.onDone(message, tried.result === 'failed' ? 'dead_lettered' : 'handled')
    const next = progress.finish(message.offset)
    if (next !== undefined) options.store(message.topic, message.partition, next)
  }

  function attempt(message: IncomingMessage, key: string, turn: InTurn): Promise<Trial> {
    const { topic, partition, offset } = message
    return tryToHandle(
      { handle: () => options.handle(message), outage: outageOf(key) },
      retry,
      turn,
      ending.signal,
      (error, attempt) =>
        logger.warn({ err: error, topic, partition, offset, attempt }, 'Handling a message failed')
    )
  }

  /** Tries until the message is safely stored; false if the work was ended first. */
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
    pending: (partition) => (partition === undefined ? pending : (pendingOf.get(partition) ?? 0)),
    pendingBytes: () => pendingBytes,
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
