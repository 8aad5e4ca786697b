import fp from 'fastify-plugin'
import { Counter, type Registry } from 'prom-client'
import type { Config } from '../../core/config/config.js'
import type { MainDatabase } from '../database.js'
import { createAccess, type Access, type AccessChanges } from './access.js'
import { createChangeListener } from './change-listener.js'

/**
 * Decorates the application with `access`, which hooks ask who may do what, and with `accessChanges`, which
 * services tell what they changed.
 */
export default fp(
  async (app) => {
    const { database } = app.getDecorator<Config>('config')
    const { sessions, tenants } = app.getDecorator<MainDatabase>('database')
    const access: ReturnType<typeof createAccess> = createAccess({
      sessions,
      tenants,
      isFresh: () => listener.isFresh()
    })
    const listener = createChangeListener(database.directUrl, access, app.log.child({ component: 'access' }))
    app.decorate<Access>('access', access)
    app.decorate<AccessChanges>('accessChanges', access)
    app.addHook('onClose', () => listener.close())

    new Counter({
      name: 'strongroom_access_lookups_total',
      help: 'Access checks, by how they were answered: from memory (hit), from the database (miss), or from the database because the cache could not be trusted (stale)',
      labelNames: ['result'],
      registers: [app.getDecorator<Registry>('metrics')],
      collect() {
        this.reset()
        for (const [result, count] of Object.entries(access.counts)) this.inc({ result }, count)
      }
    })
  },
  { name: 'access', dependencies: ['config', 'metrics', 'database'] }
)
