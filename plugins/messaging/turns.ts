export interface TurnsOptions {
  /** Keys worked on at the same time. */
  concurrency: number
  /** One turn of a key. If it resolves with `more`, the next one comes without a rest. */
  work: (key: string) => Promise<unknown>
  /**
   * Milliseconds that a key rests after a turn, so that all that is asked meanwhile shares the next turn; by default
   * none.
   */
  restMs?: number
  /** Milliseconds after which a failed turn is repeated. */
  retryMs: number
  onError: (error: unknown, key: string) => void
}

/** Work on keys, one turn of each key at a time. */
export interface Turns {
  /**
   * Gives the key a turn soon. During a turn of the key, gives it another one: the current one may have looked too
   * early.
   */
  ask(key: string): void
  /** The same, after some milliseconds; of several such moments, the earliest counts. */
  askLater(key: string, milliseconds: number): void
  /** Gives no more turns, and resolves when the current ones are over. */
  close(): Promise<void>
}

/** Gives turns to keys in the order in which they asked, up to `concurrency` at a time. */
export function createTurns({ concurrency, work, restMs = 0, retryMs, onError }: TurnsOptions): Turns {
  const waiting = new Set<string>()
  const running = new Map<string, Promise<void>>()
  const resting = new Map<string, NodeJS.Timeout>()
  const timers = new Map<string, { timer: NodeJS.Timeout; firesAt: number }>()
  let closed = false

  function ask(key: string): void {
    if (closed) return
    waiting.add(key)
    pump()
  }

  function pump(): void {
    for (const key of waiting) {
      if (running.size >= concurrency) return
      if (running.has(key) || resting.has(key)) continue
      waiting.delete(key)
      const turn = work(key)
        .then((left) => {
          if (left === 'more') ask(key)
          else rest(key)
        })
        .catch((error: unknown) => {
          onError(error, key)
          askLater(key, retryMs)
        })
        .finally(() => {
          running.delete(key)
          pump()
        })
      running.set(key, turn)
    }
  }

  function rest(key: string): void {
    if (closed || restMs === 0) return
    const timer = setTimeout(() => {
      resting.delete(key)
      pump()
    }, restMs)
    resting.set(key, timer)
  }

  /** Each key has at most one timer: that of the earliest moment. */
  function askLater(key: string, milliseconds: number): void {
    const firesAt = performance.now() + milliseconds
    const set = timers.get(key)
    if (closed || (set !== undefined && set.firesAt <= firesAt)) return
    clearTimeout(set?.timer)
    const timer = setTimeout(() => {
      timers.delete(key)
      ask(key)
    }, milliseconds)
    timers.set(key, { timer, firesAt })
  }

  return {
    ask,
    askLater,
    async close() {
      closed = true
      for (const { timer } of timers.values()) clearTimeout(timer)
      for (const timer of resting.values()) clearTimeout(timer)
      waiting.clear()
      await Promise.all(running.values())
    }
  }
}
