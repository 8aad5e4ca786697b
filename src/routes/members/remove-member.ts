import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { AppError } from '../../../core/errors.js'
import { BODY_ERRORS, Done, tenantErrors } from '../../schemas/envelope.js'
import { MemberParams } from '../../schemas/tenants.js'

export const removeMember: FastifyPluginAsyncTypebox = async (app) => {
  app.delete(
    '/:user_id',
    {
      config: { role: 'viewer', scope: 'members' },
      schema: {
        operationId: 'removeMember',
        tags: ['Tenants'],
        summary: 'Remove a member',
        description:
          'Only an admin can remove others. You can remove yourself, unless you are the last admin.',
        params: MemberParams,
        response: {
          200: Done('The member is removed'),
          ...tenantErrors('MEMBER_NOT_FOUND', 'LAST_ADMIN', 'VALIDATION_ERROR', ...BODY_ERRORS)
        }
      }
    },
    async (request) => {
      const { tenant, role, actor } = request
      const userId = request.params.user_id.toLowerCase()
      if (role !== 'admin' && userId !== actor.userId) throw new AppError('INSUFFICIENT_ROLE')
      await app.services.members.remove(tenant.id, userId, actor)
      return { success: true as const, message: 'Member removed' }
    }
  )
}
