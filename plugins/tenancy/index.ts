import fp from 'fastify-plugin'
import type { Registry } from 'prom-client'
import { isDatabaseUnavailable } from '../../db/error-codes.js'
import type { Config } from '../../core/config/config.js'
import type { MainDatabase } from '../database.js'
import type { TenancyAdapter } from './adapter.js'
import { createTenancy } from './create-tenancy.js'
import { registerPoolMetrics } from './pool-metrics.js'

/** Decorates the application with `tenancy`, the {@link TenancyAdapter}. */
export default fp(
  async (app) => {
    const config = app.getDecorator<Config>('config')
    const tenancy = createTenancy(config, app.getDecorator<MainDatabase>('database'), (error, what) =>
      app.log.warn({ err: error }, what)
    )
    app.decorate<TenancyAdapter>('tenancy', tenancy)
    registerPoolMetrics(app.getDecorator<Registry>('metrics'), tenancy, config.tenancy.maxConnections)
    app.addHook('onReady', async () => {
      await tenancy.check().catch((error: unknown) => {
        // An outage passes; it is asked again before anything is done.
        if (!isDatabaseUnavailable(error)) throw error
      })
      tenancy.refill()
    })
    app.addHook('onClose', () => tenancy.close())
  },
  { name: 'tenancy', dependencies: ['config', 'metrics', 'database'] }
)
