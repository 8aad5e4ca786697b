import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { BODY_ERRORS, Done, tenantErrors } from '../../schemas/envelope.js'
import { InvitationParams } from '../../schemas/invitations.js'

export const withdrawInvitation: FastifyPluginAsyncTypebox = async (app) => {
  app.delete(
    '/:invitation_id',
    {
      config: { role: 'admin', scope: 'members' },
      schema: {
        operationId: 'withdrawInvitation',
        tags: ['Tenants'],
        summary: 'Withdraw an invitation',
        params: InvitationParams,
        response: {
          200: Done('The link does not work any more'),
          ...tenantErrors('INVITATION_NOT_FOUND', 'VALIDATION_ERROR', ...BODY_ERRORS)
        }
      }
    },
    async (request) => {
      const { tenant, params, actor } = request
      await app.services.invitations.withdraw(tenant.id, params.invitation_id, actor)
      return { success: true as const, message: 'Invitation withdrawn' }
    }
  )
}
