import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { invite } from './invite.js'
import { listInvitations } from './list-invitations.js'
import { withdrawInvitation } from './withdraw-invitation.js'

/** The open invitations of a tenant. */
export const invitationRoutes: FastifyPluginAsyncTypebox = async (app) => {
  await app.register(listInvitations)
  await app.register(invite)
  await app.register(withdrawInvitation)
}
