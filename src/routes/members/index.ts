import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { addMember } from './add-member.js'
import { changeRole } from './change-role.js'
import { listMembers } from './list-members.js'
import { removeMember } from './remove-member.js'

/** The members of a tenant, and their roles. */
export const memberRoutes: FastifyPluginAsyncTypebox = async (app) => {
  await app.register(listMembers)
  await app.register(addMember)
  await app.register(changeRole)
  await app.register(removeMember)
}
