import fp from 'fastify-plugin'
import { provide, resource } from '../resources.js'
import { isDatabaseUnavailable } from '../../db/error-codes.js'
import type { TenancyAdapter } from './adapter.js'
import { createTenancy } from './create-tenancy.js'
import { registerPoolMetrics } from './pool-metrics.js'

declare module '../resources.js' {
  interface Resources {
    tenancy: TenancyAdapter
  }
}

/** Provides `tenancy`. */
export default fp(
  async (app) => {
    const config = resource(app, 'config')
    const tenancy = createTenancy(config, resource(app, 'database'), (error, what) =>
      app.log.warn({ err: error }, what)
    )
    provide(app, 'tenancy', tenancy)
    registerPoolMetrics(resource(app, 'metrics'), tenancy, config.tenancy.maxConnections)
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
