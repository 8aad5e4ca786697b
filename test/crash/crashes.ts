import { setTimeout as delay } from 'node:timers/promises'
import postgres from 'postgres'
import { TOPICS } from '../../plugins/messaging/topics.js'
import { lagOf } from '../../scripts/events/lag.js'
import { loadConfig } from '../../core/config/config.js'
import { tenantPlaces } from '../helpers/tenant-place.js'
import { seeded } from '../patches/seeded.js'
import { checkEffects, checkEvents, type Verdict } from './checker.js'
import { keepLedger, readLedger } from './ledger.js'
import { checkLog } from './log-checker.js'
import { createTenantLoad, type TenantLoad } from './load.js'
import { ownProcess, type Victim } from './victims.js'
import { waitingEvents } from '../helpers/committed-events.js'

export interface CrashOptions {
  seed: number
  kills: number
  tenants: number
  /** Settings of an installation whose main database is migrated and whose topics nothing else uses. */
  environment: Record<string, string>
  /** A running broker that keeps its data, so that it can be killed too. */
  broker?: Victim
  /** Receives the number of kills so far and the victim. */
  onKill?: (kills: number, victim: string) => void
  say?: (line: string) => void
}

export interface CrashReport extends Verdict {
  killed: Record<string, number>
  deadLetters: number
  /** The clients' requests, by whether their outcome is known. */
  acknowledged: number
  unknown: number
}

/** Milliseconds of work between a kill and the next one, and until the victim is restarted. */
const WORK_MS = 1_000
const DOWN_MS = 500
/** Milliseconds within which everything committed must have been relayed and handled. */
const SETTLE_MS = 600_000
const POLL_MS = 200

/**
 * Runs uploads and deletions while the API, the workers and the broker are killed and restarted, and then compares what
 * was committed with what was published. The relay has no process of its own: it runs in the API and in both workers,
 * so every kill of these kills one.
 */
export async function crash(options: CrashOptions): Promise<CrashReport> {
  const { seed, kills, tenants, environment, broker, say = () => undefined } = options
  const random = seeded(seed)
  const config = loadConfig(environment)
  let url = ''
  const api = ownProcess('api', 'src/server', environment, (address) => (url = address))
  const workers = ['worker 1', 'worker 2'].map((name) => ownProcess(name, 'workers/main', environment))
  const own = [api, ...workers]
  const victims = broker ? [...own, broker] : own
  const clients: postgres.Sql[] = []
  const connect = (database: string, connection = {}) => {
    const sql = postgres(database, { max: 1, onnotice: () => undefined, connection })
    clients.push(sql)
    return sql
  }

  try {
    const main = connect(config.database.url)
    await keepLedger(main)
    await Promise.all(own.map((victim) => victim.start()))
    const loads: { load: TenantLoad; sql: postgres.Sql }[] = []
    for (let n = 0; n < tenants; n++) {
      const load = await createTenantLoad(seed * 1_000 + n, () => url)
      const place = tenantPlaces(config, main).clientOf(load.tenant.database_name)
      const sql = connect(place.url, place.connection)
      await keepLedger(sql)
      loads.push({ load, sql })
    }
    say(`${tenants} tenants are ready; the killing begins (seed ${seed})`)

    const stop = new AbortController()
    const running = Promise.all(loads.map(({ load }) => load.run(stop.signal)))
    const killed = await killAtRandom()
    stop.abort()
    await running

    say('All processes are up again; waiting until all events are handled')
    const databases = [main, ...loads.map(({ sql }) => sql)]
    await settled(databases)
    const ledgers = await Promise.all(databases.map(readLedger))
    const committed = ledgers.flat()
    const logs = await Promise.all(databases.map((sql, outbox) => checkLog(ledgers[outbox] ?? [], sql)))
    const events = await checkEvents(committed, config.kafka.brokers, config.kafka.topicPrefix)
    const root = config.storage.driver === 'disk' ? config.storage.root : ''
    const effects = await Promise.all(loads.map(({ load, sql }) => checkEffects(load, committed, sql, root)))
    const sum = (of: 'acknowledged' | 'unknown') =>
      loads.reduce((total, { load }) => total + load.counts[of], 0)
    return {
      ...events,
      log: logs.flat(),
      effects: effects.flat(),
      killed,
      acknowledged: sum('acknowledged'),
      unknown: sum('unknown')
    }
  } finally {
    await Promise.all(own.map((victim) => victim.kill()))
    await Promise.all(clients.map((client) => client.end()))
  }

  async function killAtRandom(): Promise<Record<string, number>> {
    const killed: Record<string, number> = {}
    for (let n = 1; n <= kills; n++) {
      await delay(random.below(WORK_MS))
      const victim = random.oneOf(victims)
      // Sometimes two processes at once.
      const other = random.below(5) === 0 ? random.oneOf(victims) : victim
      const dying = [...new Set(n < kills ? [victim, other] : [victim])]
      await Promise.all(dying.map((one) => one.kill()))
      await delay(random.below(DOWN_MS))
      await Promise.all(dying.map((one) => one.start()))
      for (const { name } of dying) killed[name] = (killed[name] ?? 0) + 1
      n += dying.length - 1
      options.onKill?.(n, dying.map(({ name }) => name).join(' and '))
    }
    return killed
  }

  /** Waits until every outbox is empty and the workers have handled all events. */
  async function settled(databases: postgres.Sql[]): Promise<void> {
    const topics = TOPICS.map((topic) => config.kafka.topicPrefix + topic)
    const { brokers, groupId } = config.kafka
    const end = performance.now() + SETTLE_MS
    let quiet = 0
    for (;;) {
      const left = await Promise.all(databases.map(waitingEvents))
      const unpublished = left.filter((events) => events > 0).length
      const lag = (await lagOf({ brokers }, groupId, topics)).reduce((total, one) => total + one.lag, 0)
      // Twice in a row, because a handler may have written something between the two checks.
      if (unpublished > 0 || lag > 0) quiet = 0
      else if (++quiet === 2) return
      if (performance.now() > end)
        throw new Error(
          `Not settled in time: ${unpublished} outboxes hold events, ${lag} events are not handled`
        )
      await delay(POLL_MS)
    }
  }
}
