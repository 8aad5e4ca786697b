/** Milliseconds in which events are collected: each NOTIFY takes a lock that all commits of the server share. */
const DEBOUNCE_MS = 50

/** Wakes up those who read the logs. A notification may be lost, so they have to look by themselves as well. */
export interface Announcements {
  /** Says soon that the log of this outbox has grown. */
  add(outbox: string): void
  /** Says what is left to be said. */
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
