import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { sessionErrors, Success } from '../../schemas/envelope.js'
import { EventPage, FeedQuery } from '../../schemas/events.js'

export const listAllEvents: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/',
    {
      config: { scope: 'operator:read' },
      schema: {
        operationId: 'listInstallationEvents',
        tags: ['Events'],
        summary: 'Read the events of the installation',
        description:
          'For operators, and services of the installation: events about tenants and accounts, and the audit entries of ' +
          'members. What happens inside a tenant is in the events of the tenant.',
        querystring: FeedQuery,
        response: {
          200: Success(EventPage, 'The next events'),
          ...sessionErrors(
            'VALIDATION_ERROR',
            'INSUFFICIENT_ROLE',
            'INSUFFICIENT_SCOPE',
            'CURSOR_EXPIRED',
            'EVENTS_NOT_READY'
          )
        }
      }
    },
    async (request) => {
      const page = await app.services.events.list(undefined, request.query, true)
      return { success: true as const, data: page }
    }
  )
}
