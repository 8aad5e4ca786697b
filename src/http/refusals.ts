import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { toAppError } from './error-handler.js'

const FORBIDDEN = 403

/** Records in the audit log which authenticated requests were refused with 403. */
export default fp(
  async (app) => {
    app.addHook('onError', async (request, _reply, error) => {
      const { code, status } = toAppError(error)
      const { actor } = request as Partial<Pick<FastifyRequest, 'actor'>>
      if (status !== FORBIDDEN || actor === undefined) return
      // Only members of the tenant get a 403; others get 404.
      const { tenant_id: tenantId = null } = request.params as { tenant_id?: string }
      const route = `${request.method} ${request.routeOptions.url}`
      try {
        await app.services.refusals.note({ tenantId, actor, route, code })
      } catch (failure) {
        request.log.warn({ err: failure }, 'a refused attempt is missing from the audit log')
      }
    })
  },
  { name: 'refusals', dependencies: ['services'] }
)
