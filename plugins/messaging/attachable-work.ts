import type { LogWork } from './relay.js'

/** Work on the logs that is made later than the relay, from services that write events themselves. */
export interface AttachableWork extends LogWork {
  /** From now on, this is the work. */
  attach(work: LogWork): void
}

export function createAttachableWork(): AttachableWork {
  let attached: LogWork | undefined
  return {
    attach(work) {
      attached = work
    },
    ask: (outbox) => attached?.ask(outbox),
    close: async () => attached?.close()
  }
}
