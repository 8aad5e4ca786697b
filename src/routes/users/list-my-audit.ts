import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { pageReply } from '../../http/page-reply.js'
import { AuditEntry, OwnAuditQuery } from '../../schemas/audit.js'
import { personErrors, Success, withHeaders } from '../../schemas/envelope.js'
import { NextPage, PageOf } from '../../schemas/pagination.js'

export const listMyAudit: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/me/audit',
    {
      config: { scope: 'persons' },
      schema: {
        operationId: 'listMyAudit',
        tags: ['Users'],
        summary: 'List your account activity (log-ins, password changes)',
        description:
          'What you did inside a tenant is in the audit log of that tenant. Entries appear once the worker has processed ' +
          'their events, normally within a second. They are counted up to 10,000. The actions are `auth.…`, `session.…`, ' +
          '`user.…` and `access.refused`; `listAudit` explains them.',
        querystring: OwnAuditQuery,
        response: {
          200: withHeaders(Success(PageOf(AuditEntry), 'A page of entries, newest first'), NextPage),
          ...personErrors('VALIDATION_ERROR')
        }
      }
    },
    async (request, reply) => {
      const { page, per_page: perPage, cursor, ...filter } = request.query
      const query = { page, perPage, cursor, filter }
      const list = await app.services.audit.listOfUser(request.identity.userId, query)
      return pageReply(request, reply, list)
    }
  )
}
