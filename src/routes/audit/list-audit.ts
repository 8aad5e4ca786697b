import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { pageReply } from '../../http/page-reply.js'
import { AUDIT_ACTIONS_TEXT } from '../../../core/audit-actions.js'
import { AuditEntry, AuditQuery } from '../../schemas/audit.js'
import { Success, tenantErrors, withHeaders } from '../../schemas/envelope.js'
import { NextPage, PageOf } from '../../schemas/pagination.js'
import { TenantParams } from '../../schemas/tenants.js'

export const listAudit: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/',
    {
      config: { role: 'admin', scope: 'audit:read' },
      schema: {
        operationId: 'listAudit',
        tags: ['Tenants'],
        summary: 'List the audit log of a tenant',
        description:
          'Entries appear once the worker has processed their events, normally within a second. They are counted up to ' +
          '10,000. Actions:\n\n' +
          AUDIT_ACTIONS_TEXT,
        params: TenantParams,
        querystring: AuditQuery,
        response: {
          200: withHeaders(Success(PageOf(AuditEntry), 'A page of entries, newest first'), NextPage),
          ...tenantErrors('VALIDATION_ERROR')
        }
      }
    },
    async (request, reply) => {
      const { page, per_page: perPage, cursor, ...filter } = request.query
      const query = { page, perPage, cursor, filter }
      const list = await app.services.audit.listOfTenant(request.tenant.id, query)
      return pageReply(request, reply, list)
    }
  )
}
