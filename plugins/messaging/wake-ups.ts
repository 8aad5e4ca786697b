import type { FastifyBaseLogger } from 'fastify'
import { createListener, type Listener } from '../../db/listener.js'
import { askForLife, listenForEvents } from '../../db/main/event-notifications.js'

/** Milliseconds between two checks that the connection still works. */
const CHECK_MS = 5_000
const RETRY_MS = 500

/**
 * Receives the relays' announcements of new events. Some may be missed, so readers also poll.
 * @param url must connect to the server itself, not to a pooler
 * @param heard called with the name of a log; undefined: any log, since notifications may have been missed
 */
export const createWakeUps = (
  url: string,
  applicationName: string,
  heard: (log: string | undefined) => void,
  log: FastifyBaseLogger
): Listener =>
  createListener(url, {
    applicationName,
    askEveryMs: CHECK_MS,
    retryMs: RETRY_MS,
    open: () => ({ listen: listenForEvents, ask: askForLife, heard: (_channel, name) => heard(name) }),
    onListening: () => heard(undefined),
    onLost: (error) =>
      log.warn({ err: error }, 'cannot receive wake-ups; polling finds new events, seconds later'),
    onBack: () => log.info('receiving wake-ups again')
  })
