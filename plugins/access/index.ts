import fp from 'fastify-plugin'
import { Counter } from 'prom-client'
import { provide, resource } from '../resources.js'
import { createAccess, type Access, type AccessChanges } from './access.js'
import { createKeyLookUp } from './key-look-up.js'
import { createChangeListener } from './change-listener.js'

declare module '../resources.js' {
  interface Resources {
    /** For hooks that check access. */
    access: Access
    /** For services that report what they changed. */
    accessChanges: AccessChanges
  }
}

/** Provides `access` and `accessChanges`. */
export default fp(
  async (app) => {
    const { database } = resource(app, 'config')
    const { sessions, tenants, apiKeys } = resource(app, 'database')
    const access: ReturnType<typeof createAccess> = createAccess({
      sessions,
      tenants,
      keys: { findLive: createKeyLookUp(apiKeys) },
      isFresh: () => listener.isFresh()
    })
    const listener = createChangeListener(database.directUrl, access, app.log.child({ component: 'access' }))
    provide(app, 'access', access)
    provide(app, 'accessChanges', access)
    app.addHook('onClose', () => listener.close())

    new Counter({
      name: 'strongroom_access_lookups_total',
      help: 'Access checks, by how they were answered: from memory (hit), from the database (miss), or from the database because the cache could not be trusted (stale)',
      labelNames: ['result'],
      registers: [resource(app, 'metrics')],
      collect() {
        this.reset()
        for (const [result, count] of Object.entries(access.counts)) this.inc({ result }, count)
      }
    })
  },
  { name: 'access', dependencies: ['config', 'metrics', 'database'] }
)
