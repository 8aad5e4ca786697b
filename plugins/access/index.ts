import fp from 'fastify-plugin'
import type { Config } from '../../src/config.js'
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
    const access: Access & AccessChanges = createAccess({
      sessions,
      tenants,
      isFresh: () => listener.isFresh()
    })
    const listener = createChangeListener(database.directUrl, access, app.log.child({ component: 'access' }))
    app.decorate<Access>('access', access)
    app.decorate<AccessChanges>('accessChanges', access)
    app.addHook('onClose', () => listener.close())
  },
  { name: 'access', dependencies: ['config', 'database'] }
)
