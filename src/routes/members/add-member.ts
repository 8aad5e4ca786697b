import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { AppError } from '../../../core/errors.js'
import { BODY_ERRORS, Success, tenantErrors } from '../../schemas/envelope.js'
import { idOf } from '../../../core/formats.js'
import { Member, Role, TenantParams } from '../../schemas/tenants.js'
import { Invitation } from '../../schemas/invitations.js'
import { Email } from '../../schemas/users.js'

export const addMember: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/',
    {
      config: { role: 'admin', scope: 'members' },
      schema: {
        operationId: 'addMember',
        tags: ['Tenants'],
        summary: 'Add a member, or invite one',
        description:
          'Send either `user_id`, to make an account a member at once, or `email`, which does the same as `invite`.',
        params: TenantParams,
        body: Type.Object(
          {
            user_id: Type.Optional(idOf('The account to add; leave it out if you send `email`')),
            email: Type.Optional(Email),
            role: Role
          },
          {
            additionalProperties: false,
            title: 'AddMemberRequest',
            examples: [{ email: 'ada@example.com', role: 'user' }]
          }
        ),
        response: {
          201: Success(Member, 'The new member'),
          202: Success(Invitation, 'The invitation'),
          ...tenantErrors(
            'USER_NOT_FOUND',
            'ALREADY_MEMBER',
            'MEMBER_LIMIT_REACHED',
            'INVITATION_LIMIT_REACHED',
            'VALIDATION_ERROR',
            ...BODY_ERRORS
          )
        }
      }
    },
    async (request, reply) => {
      const { tenant, actor } = request
      const { role } = request.body
      const who = whoOf(request.body)
      if ('email' in who) {
        const data = await app.services.invitations.invite(tenant.id, who.email, role, actor)
        return reply.code(202).send({ success: true, message: 'Invited', data })
      }
      const data = await app.services.members.add(tenant.id, who.userId, role, actor)
      return reply.code(201).send({ success: true, message: 'Member added', data })
    }
  )
}

function whoOf({ user_id, email }: { user_id?: string; email?: string }) {
  if (user_id !== undefined && email === undefined) return { userId: user_id }
  if (email !== undefined && user_id === undefined) return { email }
  const message =
    email === undefined ? 'is required unless email is given' : 'must not be given together with email'
  throw new AppError('VALIDATION_ERROR', { details: [{ field: '/user_id', message }] })
}
