import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { AuditEntry, OwnAuditQuery } from '../../schemas/audit.js'
import { sessionErrors, Success } from '../../schemas/envelope.js'
import { ListOf, toPagination } from '../../schemas/pagination.js'

export const listMyAudit: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/me/audit',
    {
      schema: {
        operationId: 'listMyAudit',
        tags: ['Users'],
        summary: 'What one did outside of all tenants, such as log-ins',
        description:
          'Entries appear when the worker has read their events, normally within a second. Actions are those of ' +
          '`listAudit`: `auth.…`, `session.…`, `user.…`, and `access.refused` outside of tenants.',
        querystring: OwnAuditQuery,
        response: {
          200: Success(ListOf(AuditEntry), 'A page of entries, newest first'),
          ...sessionErrors('VALIDATION_ERROR')
        }
      }
    },
    async (request) => {
      const { page, per_page: perPage, cursor, ...filter } = request.query
      const query = { page, perPage, cursor, filter }
      const list = await app.services.audit.listOfUser(request.identity.userId, query)
      const pagination = toPagination(request.query, list.total, list.nextCursor, list.totalCapped)
      return { success: true as const, data: { items: list.items, pagination } }
    }
  )
}
