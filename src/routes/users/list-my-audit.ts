import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { AuditEntry, OwnAuditQuery } from '../../schemas/audit.js'
import { sessionErrors, Success } from '../../schemas/envelope.js'
import { PageOf, toPagination } from '../../schemas/pagination.js'

export const listMyAudit: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/me/audit',
    {
      schema: {
        operationId: 'listMyAudit',
        tags: ['Users'],
        summary: 'List your account activity (log-ins, password changes)',
        description:
          'What you did inside a tenant is in the audit log of that tenant. Entries appear once the worker has processed ' +
          'their events, normally within a second. The actions are `auth.…`, `session.…`, `user.…` and `access.refused`; ' +
          '`listAudit` explains them.',
        querystring: OwnAuditQuery,
        response: {
          200: Success(PageOf(AuditEntry), 'A page of entries, newest first'),
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
