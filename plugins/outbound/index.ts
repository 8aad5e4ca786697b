import fp from 'fastify-plugin'
import { provide, resource } from '../resources.js'
import { createOutboundClient, type OutboundClient } from './client.js'
import { createGuard } from './guard.js'
import type { TargetRules } from './target.js'

declare module '../resources.js' {
  interface Resources {
    /** Posts to URLs that tenants have chosen. */
    outbound: OutboundClient
    /** Which URLs tenants may choose. */
    targetRules: TargetRules
  }
}

/** Provides `outbound` and `targetRules`. */
export default fp(
  async (app) => {
    const { allowHttp, allowNetworks } = resource(app, 'config').webhooks
    const guard = createGuard(allowNetworks)
    const client = createOutboundClient({ guard, allowHttp })
    provide(app, 'outbound', client)
    provide(app, 'targetRules', { guard, allowHttp })
    app.addHook('onClose', () => client.close())
  },
  { name: 'outbound', dependencies: ['config'] }
)
