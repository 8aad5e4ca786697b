import { setTimeout as delay } from 'node:timers/promises'
import postgres from 'postgres'
import { resource } from '../../plugins/resources.js'
import { prepareMainDatabase } from '../../db/prepare-main-database.js'
import { withDatabase } from '../../db/database-url.js'
import type { Outboxes } from '../../plugins/messaging/outboxes.js'
import type { Relay } from '../../plugins/messaging/relay.js'
import { buildApp } from '../../src/app.js'
import { loadConfig } from '../../core/config/config.js'
import { createLogger } from '../../core/logger.js'
import { POISON } from './poison.js'

/** The number of events that an upload writes in its statement. */
const PER_COMMIT = 3
const WRITERS = 16
const FILL_AT_ONCE = 3_000

interface Tenant {
  id: string
  sql: postgres.Sql
  next: number
}

/** The writing side: a real application, with tenants whose outboxes are filled directly. */
export class Api {
  #turn = 0

  private constructor(
    readonly tenants: Tenant[],
    readonly outboxes: Outboxes,
    readonly relay: Relay,
    readonly close: () => Promise<void>
  ) {}

  static async start(
    environment: Record<string, string>,
    count: number,
    onTenant: (created: number) => void
  ): Promise<Api> {
    const config = loadConfig(environment)
    await prepareMainDatabase(config, () => undefined)
    const app = await buildApp(config, createLogger(config.logLevel, 'api'))
    await app.ready()
    const name = { email: 'bench@example.com', first_name: 'Ben', last_name: 'Ch' }
    const user = await app.services.auth.register({ ...name, password: 'correct horse battery' }, null)
    const tenants: Tenant[] = []
    for (let n = 0; n < count; n++) {
      const { tenant } = await app.services.tenants.create(`Bench ${n}`, {
        userId: user.id,
        ip: null,
        onBehalfOf: null
      })
      const url = withDatabase(config.database.url, tenant.database_name)
      tenants.push({
        id: tenant.id,
        next: 0,
        sql: postgres(url, { max: 1, fetch_types: false, onnotice: () => undefined })
      })
      onTenant(n + 1)
    }
    const [outboxes, relay] = [resource(app, 'outboxes'), resource(app, 'relay')]
    const close = async () => {
      await Promise.all(tenants.map(({ sql }) => sql.end()))
      await app.close()
    }
    return new Api(tenants, outboxes, relay, close)
  }

  /** Writes `count` events without nudging a relay. */
  async fill(count: number, poison: number): Promise<void> {
    const each = Math.ceil(count / this.tenants.length)
    let left = count
    for (const tenant of this.tenants) {
      for (let rest = Math.min(each, left); rest > 0; rest -= FILL_AT_ONCE) {
        const some = Math.min(rest, FILL_AT_ONCE)
        await insert(tenant, some, poison)
        left -= some
      }
    }
  }

  relayAll(): void {
    for (const tenant of this.tenants) this.relay.nudge(tenant.id)
  }

  /**
   * Writes `rate` events per second for `seconds`.
   * @param weight the first tenant's events, in multiples of each other tenant's
   * @returns the number of events written
   */
  async write(rate: number, seconds: number, weight = 1): Promise<number> {
    const total = rate * seconds
    const start = performance.now()
    let written = 0
    const writer = async () => {
      while (written < total) {
        const due = ((performance.now() - start) / 1000) * rate
        if (written >= due) {
          await delay(((written - due) / rate) * 1000 + 1)
          continue
        }
        written += PER_COMMIT
        const turn = this.#turn++ % (this.tenants.length - 1 + weight)
        const tenant = this.tenants[Math.max(0, turn - weight + 1)] as Tenant
        await this.outboxes.record(tenant.id, () => insert(tenant, PER_COMMIT, 0))
      }
    }
    await Promise.all(Array.from({ length: WRITERS }, writer))
    return written
  }
}

/** Writes events in one commit. */
async function insert(tenant: Tenant, count: number, poison: number): Promise<void> {
  const first = tenant.next
  tenant.next += count
  await tenant.sql.unsafe(
    `insert into outbox (event_type, tenant_id, data)
     select 'audit.log', $1::uuid, jsonb_build_object(
       'action', case when n % 100 < $4::float8 * 100 then '${POISON}' else 'bench.event' end,
       'target', jsonb_build_object('type', 'document', 'id', 'b1946ac92492d2347c6235b4d2611184'),
       'details', jsonb_build_object('n', n, 'filename', 'quarterly report.pdf', 'mime_type', 'application/pdf'))
     from generate_series($2::int, $2::int + $3::int - 1) n order by n`,
    [tenant.id, first, count, poison],
    { prepare: true }
  )
}
