import fp from 'fastify-plugin'
import type { Config } from '../../src/config.js'
import type { TenancyAdapter } from './adapter.js'
import { createDatabaseAdapter } from './database-adapter.js'

/** Decorates the application with `tenancy`, the {@link TenancyAdapter}. */
export default fp(
  async (app) => {
    const tenancy: TenancyAdapter = createDatabaseAdapter(app.getDecorator<Config>('config'), (error, what) =>
      app.log.warn({ err: error }, what)
    )
    app.decorate('tenancy', tenancy)
    app.addHook('onReady', async () => tenancy.refill())
    app.addHook('onClose', () => tenancy.close())
  },
  { name: 'tenancy', dependencies: ['config'] }
)
