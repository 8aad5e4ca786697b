import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Success, tenantErrors } from '../../schemas/envelope.js'
import { EventPage, FeedQuery } from '../../schemas/events.js'
import { TenantParams } from '../../schemas/tenants.js'
import { seesAudit } from './sees-audit.js'

export const listEvents: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/',
    {
      config: { role: 'viewer', scope: 'events:read' },
      schema: {
        operationId: 'listEvents',
        tags: ['Events'],
        summary: 'Read the events of a tenant',
        description:
          'You get each event once, in one order without gaps. Ask with `after`, keep `next_cursor`, and ask again: at once ' +
          'while `has_more` is true, otherwise after a while. Only admins see `audit.log` events, and `ip` in others; a key ' +
          'also needs the scope `audit:read`.',
        params: TenantParams,
        querystring: FeedQuery,
        response: {
          200: Success(EventPage, 'The next events'),
          ...tenantErrors('VALIDATION_ERROR', 'CURSOR_EXPIRED', 'EVENTS_NOT_READY')
        }
      }
    },
    async (request) => {
      const page = await app.services.events.list(request.tenant, request.query, seesAudit(request))
      return { success: true as const, data: page }
    }
  )
}
