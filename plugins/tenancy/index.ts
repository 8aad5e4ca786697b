import fp from 'fastify-plugin'
import { provide, resource } from '../resources.js'
import { isDatabaseUnavailable } from '../../db/error-codes.js'
import { createTenancy } from './create-tenancy.js'
import type { Places } from './places.js'
import { registerPlaceMetrics } from './place-metrics.js'
import type { Router } from './router.js'

declare module '../resources.js' {
  interface Resources {
    router: Router
    places: Places
  }
}

/** Provides `router` and `places`. */
export default fp(
  async (app) => {
    const config = resource(app, 'config')
    const { router, places, check } = createTenancy(config, resource(app, 'database'), (error, what) =>
      app.log.warn({ err: error }, what)
    )
    provide(app, 'router', router)
    provide(app, 'places', places)
    registerPlaceMetrics(resource(app, 'metrics'), places)
    app.addHook('onReady', async () => {
      await check().catch((error: unknown) => {
        // An outage is temporary: the check is repeated before the first work on a tenant.
        if (!isDatabaseUnavailable(error)) throw error
      })
      places.refill()
    })
    app.addHook('onClose', () => places.close())
  },
  { name: 'tenancy', dependencies: ['config', 'metrics', 'database'] }
)
