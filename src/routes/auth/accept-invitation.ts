import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { BODY_ERRORS, ERROR_GROUPS, guessingErrors, Success } from '../../schemas/envelope.js'
import { LinkToken } from '../../schemas/invitations.js'
import { Id } from '../../../core/formats.js'
import { Role } from '../../schemas/tenants.js'
import { NewPassword, PersonName, User } from '../../schemas/users.js'

export const acceptInvitation: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/invitations/accept',
    {
      config: { scope: 'persons', rateLimit: app.authRateLimit },
      onRequest: async (request, reply) => {
        if (request.headers.authorization !== undefined) await app.requireSession(request, reply)
      },
      schema: {
        operationId: 'acceptInvitation',
        tags: ['Auth'],
        summary: 'Accept an invitation',
        description:
          'With an account of the invited address: log in and send only `token`. Without one: send no access token, but ' +
          'a password and your names; the account is created, and you can log in.',
        security: [{}, { bearer: [] }],
        body: Type.Object(
          {
            token: LinkToken,
            password: Type.Optional(NewPassword),
            first_name: Type.Optional(PersonName),
            last_name: Type.Optional(PersonName)
          },
          { additionalProperties: false, title: 'AcceptInvitationRequest' }
        ),
        response: {
          200: Success(
            Type.Object(
              {
                user: User,
                tenant_id: Type.Union([Id, Type.Null()], { description: 'null: an operator invited you' }),
                role: Type.Union([Role, Type.Null()])
              },
              { title: 'AcceptedInvitation' }
            ),
            'You are a member'
          ),
          ...guessingErrors(
            ...ERROR_GROUPS.session,
            'PERSONS_ONLY',
            'INVITATION_EXPIRED',
            'WRONG_ACCOUNT',
            'REGISTRATION_CLOSED',
            'EMAIL_TAKEN',
            'MEMBER_LIMIT_REACHED',
            'VALIDATION_ERROR',
            'WEAK_PASSWORD',
            ...BODY_ERRORS,
            'AUTH_BUSY'
          )
        }
      }
    },
    async (request) => {
      const { identity } = request as Partial<FastifyRequest>
      const { token, ...given } = request.body
      const data = await app.services.acceptInvitation(token, given, identity?.userId, request.clientAddress)
      return { success: true as const, message: 'Invitation accepted', data }
    }
  )
}
