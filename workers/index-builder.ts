import { setTimeout as delay } from 'node:timers/promises'
import fp from 'fastify-plugin'
import type { Config } from '../core/config/config.js'
import { buildIndexes, mainIndexes, type Built } from '../db/indexes/build-indexes.js'
import { indexesVersion } from '../db/indexes/desired-indexes.js'
import type { TenantMigration } from '../db/main/tenant-migrations-repository.js'
import type { MainDatabase } from '../plugins/database.js'
import type { PlaceAdapter } from '../plugins/tenancy/place-adapter.js'

const PAGE = 500
/** The nil UUID, which no tenant has. */
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000'

/**
 * Builds the indexes that migrations have left to be built on large tables, one after the other. A tenant of which it is
 * on record that it has all of them is not looked at, and one that is behind is left to who migrates it.
 */
export default fp(
  async (app) => {
    const { database, worker } = app.getDecorator<Config>('config')
    const { tenantMigrations } = app.getDecorator<MainDatabase>('database')
    const places = app.getDecorator<PlaceAdapter>('places')
    const log = app.log.child({ component: 'index-builder' })
    const stop = new AbortController()
    const { signal } = stop
    const stopped = () => signal.aborted
    // Every migration is behind this one: only the indexes are of interest.
    const newest = { version: 0, indexes: indexesVersion('tenant') }

    async function attempt(of: object, build: () => Promise<Built>): Promise<void> {
      try {
        const { built } = await build()
        if (built.length > 0) log.info({ ...of, built }, 'indexes were built')
      } catch (error) {
        if (!stopped()) log.warn({ ...of, err: error }, 'building indexes failed and will be tried again')
      }
    }

    async function buildForTenant(tenant: TenantMigration): Promise<Built> {
      const { fit, version } = await places.inspect(tenant)
      if (fit !== 'current') return { built: [], finished: false }
      if (tenant.version !== version) await tenantMigrations.record(tenant.database_name, { version })
      return places.buildIndexes(tenant, { signal })
    }

    async function pass(): Promise<void> {
      await attempt({ database: 'main' }, () => buildIndexes(mainIndexes(database.directUrl), { signal }))
      for (let after: string | undefined = BEFORE_ALL; after !== undefined;) {
        const page = await tenantMigrations.listPending(newest, after, PAGE)
        for (const tenant of page) {
          if (stopped()) return
          await attempt({ tenant_id: tenant.id }, () => buildForTenant(tenant))
        }
        after = page.at(-1)?.id
      }
    }

    async function run(): Promise<void> {
      while (!stopped()) {
        await pass().catch((error: unknown) => log.warn({ err: error }, 'listing the tenants failed'))
        await delay(worker.sweepInterval * 1000, undefined, { signal }).catch(() => undefined)
      }
    }

    let running: Promise<void> | undefined
    app.addHook('onReady', async () => {
      running = run()
    })
    app.addHook('preClose', async () => {
      stop.abort()
      await running
    })
  },
  { name: 'index-builder', dependencies: ['config', 'database', 'tenancy'] }
)
