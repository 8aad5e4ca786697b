import fp from 'fastify-plugin'
import type { Registry } from 'prom-client'
import { isDatabaseUnavailable } from '../../db/error-codes.js'
import type { Config } from '../../core/config/config.js'
import type { MainDatabase } from '../database.js'
import { createTenancy } from './create-tenancy.js'
import type { PlaceAdapter } from './place-adapter.js'
import { registerPoolMetrics } from './pool-metrics.js'
import type { Router } from './router.js'

/** Decorates the application with `router`, the {@link Router}, and with `places`, the {@link PlaceAdapter}. */
export default fp(
  async (app) => {
    const config = app.getDecorator<Config>('config')
    const { router, places, check } = createTenancy(
      config,
      app.getDecorator<MainDatabase>('database'),
      (error, what) => app.log.warn({ err: error }, what)
    )
    app.decorate<Router>('router', router)
    app.decorate<PlaceAdapter>('places', places)
    registerPoolMetrics(app.getDecorator<Registry>('metrics'), places, config.tenancy.maxConnections)
    app.addHook('onReady', async () => {
      await check().catch((error: unknown) => {
        // An outage passes; it is asked again before anything is done.
        if (!isDatabaseUnavailable(error)) throw error
      })
      places.refill()
    })
    app.addHook('onClose', () => places.close())
  },
  { name: 'tenancy', dependencies: ['config', 'metrics', 'database'] }
)
