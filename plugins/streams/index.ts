import fp from 'fastify-plugin'
import { Counter, Gauge } from 'prom-client'
import { provide, resource } from '../resources.js'
import { MAIN_OUTBOX } from '../../db/main/dirty-tenants-repository.js'
import { createWakeUps } from '../messaging/wake-ups.js'
import { StreamHub, type WithFeed } from './hub.js'

/** Milliseconds; proxies cut connections that are silent for a minute. */
const HEARTBEAT_MS = 15_000

declare module '../resources.js' {
  interface Resources {
    /** Runs work on an event log. */
    withFeed: WithFeed
    streams: StreamHub
  }
}

/** Provides `withFeed` and `streams`. */
export default fp(
  async (app) => {
    const { database, http, streams: limits } = resource(app, 'config')
    const { dirtyTenants, eventFeed } = resource(app, 'database')
    const router = resource(app, 'router')
    const log = app.log.child({ component: 'streams' })
    const registers = [resource(app, 'metrics')]
    const ended = new Counter({
      name: 'strongroom_event_streams_ended_total',
      help: 'Event streams that ended: by the client, because its access ended, because it was slow, because this process stopped, or because its cursor expired',
      labelNames: ['reason'],
      registers
    })
    const sent = new Counter({
      name: 'strongroom_event_stream_events_total',
      help: 'Events sent over streams that have ended',
      registers
    })

    const withFeed: WithFeed = (tenant, work) =>
      tenant === undefined ? work(eventFeed) : router.withTenant(tenant, (store) => work(store.eventFeed))
    const wakeUps = createWakeUps(database.directUrl, 'strongroom-streams', (name) => hub.wake(name), log)
    const hub: StreamHub = new StreamHub({
      withFeed,
      // The log of the main database has no mark, and is always open.
      listMarked: async (logs) => [
        ...logs.filter((name) => name === MAIN_OUTBOX),
        ...(await dirtyTenants.listMarked(logs))
      ],
      onFirst: () => wakeUps.start(),
      ...limits,
      // This server itself closes connections that are silent for longer than `connectionIdle`.
      heartbeatMs: Math.min(HEARTBEAT_MS, http.timeouts.connectionIdle * 500),
      onFailure: (error) => log.warn({ err: error }, 'events could not be read for streams; trying again'),
      onEnd: ({ reason, events }) => {
        ended.inc({ reason })
        sent.inc(events)
      }
    })
    provide(app, 'withFeed', withFeed)
    provide(app, 'streams', hub)
    app.addHook('onClose', async () => {
      hub.stop()
      await wakeUps.close()
    })

    new Gauge({
      name: 'strongroom_event_streams',
      help: 'Open event streams; at most STREAMS_PER_PROCESS',
      registers,
      collect() {
        this.set(hub.size)
      }
    })
  },
  { name: 'streams', dependencies: ['config', 'metrics', 'database', 'tenancy'] }
)
