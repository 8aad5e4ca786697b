import fp from 'fastify-plugin'
import { inPagesById } from '../core/pages.js'
import { buildIndexes, mainIndexes, type Built } from '../db/indexes/build-indexes.js'
import { indexesVersion } from '../db/indexes/desired-indexes.js'
import type { TenantMigration } from '../db/main/tenant-migrations-repository.js'
import { resource } from '../plugins/resources.js'
import { repeatedly } from './repeatedly.js'

/**
 * Builds, one after another, the indexes on large tables that migrations have left to it. Skips tenants recorded as
 * having all of them, and tenants that are not migrated to this version yet.
 */
export default fp(
  async (app) => {
    const { database, worker } = resource(app, 'config')
    const { tenantMigrations } = resource(app, 'database')
    const places = resource(app, 'places')
    const log = app.log.child({ component: 'index-builder' })
    // No tenant is older than version 0, so only the indexes matter.
    const newest = { version: 0, indexes: indexesVersion('tenant') }

    async function attempt(of: object, build: () => Promise<Built>): Promise<void> {
      try {
        const { built } = await build()
        if (built.length > 0) log.info({ ...of, built }, 'indexes were built')
      } catch (error) {
        if (!signal.aborted)
          log.warn({ ...of, err: error }, 'building indexes failed and will be tried again')
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
      const pending = inPagesById((afterId, limit) => tenantMigrations.listPending(newest, afterId, limit))
      const down = await places.down()
      for await (const tenant of pending) {
        if (signal.aborted) return
        if (down.includes(tenant.server)) continue
        await attempt({ tenant_id: tenant.id }, () => buildForTenant(tenant))
      }
    }

    const signal = repeatedly(app, worker.sweepInterval, () =>
      pass().catch((error: unknown) => log.warn({ err: error }, 'listing the tenants failed'))
    )
  },
  { name: 'index-builder', dependencies: ['config', 'database', 'tenancy'] }
)
