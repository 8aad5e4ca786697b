import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { BODY_ERRORS, Success, tenantErrors } from '../../schemas/envelope.js'
import { Member, MemberParams, Role } from '../../schemas/tenants.js'

export const changeRole: FastifyPluginAsyncTypebox = async (app) => {
  app.put(
    '/:user_id',
    {
      config: { role: 'admin', scope: 'members' },
      schema: {
        operationId: 'changeRole',
        tags: ['Tenants'],
        summary: 'Change the role of a member',
        params: MemberParams,
        body: Type.Object({ role: Role }, { additionalProperties: false, title: 'ChangeRoleRequest' }),
        response: {
          200: Success(Member, 'The member with the new role'),
          ...tenantErrors('MEMBER_NOT_FOUND', 'LAST_ADMIN', 'VALIDATION_ERROR', ...BODY_ERRORS)
        }
      }
    },
    async (request) => {
      const { tenant, params, body, actor } = request
      const member = await app.services.members.changeRole(tenant.id, params.user_id, body.role, actor)
      return { success: true as const, message: 'Role changed', data: member }
    }
  )
}
