/**
 * Milliseconds for which announcements are collected: each NOTIFY takes a lock that all commits on the server share.
 */
const DEBOUNCE_MS = 50

/** Wakes up the readers of the logs. A notification may be lost, so readers must also poll. */
export interface Announcements {
  /** Announces soon that the log of this outbox has grown. */
  add(outbox: string): void
  /** Sends the announcements that are still waiting. */
  close(): Promise<void>
}

/** @param send announces several outboxes with one statement */
export function createAnnouncements(
  send: (outboxes: string[]) => Promise<void>,
  onError: (error: unknown) => void
): Announcements {
  const waiting = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  let sending = Promise.resolve()

  function flush(): void {
    clearTimeout(timer)
    timer = undefined
    if (waiting.size === 0) return
    const outboxes = [...waiting]
    waiting.clear()
    sending = sending.then(() => send(outboxes)).catch(onError)
  }

  return {
    add(outbox) {
      waiting.add(outbox)
      timer ??= setTimeout(flush, DEBOUNCE_MS)
    },
    async close() {
      flush()
      await sending
    }
  }
}
