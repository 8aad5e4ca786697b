import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { BODY_ERRORS, Success, tenantErrors } from '../../schemas/envelope.js'
import { InviteRequest, Invitation } from '../../schemas/invitations.js'
import { TenantParams } from '../../schemas/tenants.js'

export const invite: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/',
    {
      config: { role: 'admin', scope: 'members' },
      schema: {
        operationId: 'invite',
        tags: ['Tenants'],
        summary: 'Invite someone by e-mail address',
        description:
          'The invitation works for 7 days. Inviting the address again renews it and sends another mail.',
        params: TenantParams,
        body: InviteRequest,
        response: {
          202: Success(Invitation, 'The invitation'),
          ...tenantErrors('INVITATION_LIMIT_REACHED', 'VALIDATION_ERROR', ...BODY_ERRORS)
        }
      }
    },
    async (request, reply) => {
      const { tenant, actor, body } = request
      const data = await app.services.invitations.invite(tenant.id, body.email, body.role, actor)
      return reply.code(202).send({ success: true, message: 'Invited', data })
    }
  )
}
