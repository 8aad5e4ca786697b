import type { FastifyBaseLogger } from 'fastify'
import { createListener, type Listener } from '../../db/listener.js'
import { askForLife, listenForEvents } from '../../db/main/event-notifications.js'

/** Milliseconds between two looks whether the connection still answers. */
const CHECK_MS = 5_000
const RETRY_MS = 500

/**
 * Receives the relays' announcements of new events. Some may be missed, so readers also poll.
 * @param url connects to the server itself, not to a pooler
 * @param heard called with the name of a log; undefined: any log, since notifications may have been missed
 */
export const createWakeUps = (
  url: string,
  heard: (log: string | undefined) => void,
  log: FastifyBaseLogger
): Listener =>
  createListener(url, {
    applicationName: 'strongroom-streams',
    askEveryMs: CHECK_MS,
    retryMs: RETRY_MS,
    open: () => ({ listen: listenForEvents, ask: askForLife, heard: (_channel, name) => heard(name) }),
    onListening: () => heard(undefined),
    onLost: (error) =>
      log.warn({ err: error }, 'wake-ups for streams cannot be received; events arrive up to 5 s later'),
    onBack: () => log.info('wake-ups for streams are received again')
  })
