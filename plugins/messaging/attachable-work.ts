import type { LogWork } from './relay.js'

/** Work on the logs that is created after the relay, because the services it uses write events themselves. */
export interface AttachableWork extends LogWork {
  /** Passes everything on to this work from now on. */
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
