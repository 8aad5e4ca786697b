import type { Actor } from '../../../db/actor.js'
import type { Member, MemberChange, MemberRepository } from '../../../db/main/members-repository.js'
import type { Role } from '../../../db/main/tenants-repository.js'
import type { User, UserRepository } from '../../../db/main/users-repository.js'
import type { AccessChanges } from '../../../plugins/access/access.js'
import type { Outboxes } from '../../../plugins/messaging/outboxes.js'
import { AppError } from '../../../core/errors.js'
import { EMBEDDED_LIMIT, type PageNumber, type PageOf } from '../lists/page.js'

export interface MemberServiceDependencies {
  members: MemberRepository
  users: UserRepository
  outboxes: Outboxes
  accessChanges: AccessChanges
  /** Maximum number of members per tenant. */
  membersPerTenant: number
}

export type MemberService = ReturnType<typeof createMemberService>

export function createMemberService(dependencies: MemberServiceDependencies) {
  const { members, users, outboxes, accessChanges, membersPerTenant } = dependencies

  /** Makes a change, which this process's access checks see at once. */
  async function change(tenantId: string, work: () => Promise<MemberChange>): Promise<Member> {
    const result = await outboxes.recordMain(work)
    if (result.outcome === 'missing') throw new AppError('MEMBER_NOT_FOUND')
    if (result.outcome === 'last admin') throw new AppError('LAST_ADMIN')
    accessChanges.memberChanged(result.member.user_id, tenantId)
    return result.member
  }

  return {
    async list(tenantId: string, page: PageNumber): Promise<PageOf<Member>> {
      return members.list(tenantId, page)
    },

    /** The tenant's first members, in the order in which they joined. */
    async listFirst(tenantId: string): Promise<Member[]> {
      return (await members.list(tenantId, { limit: EMBEDDED_LIMIT, offset: 0 })).items
    },

    /** @throws {AppError} USER_NOT_FOUND, ALREADY_MEMBER, MEMBER_LIMIT_REACHED */
    async add(tenantId: string, userId: string, role: Role, actor: Actor): Promise<Member> {
      const user = await users.findById(userId)
      if (user?.is_active !== true || isServiceOfOthers(user, tenantId)) throw new AppError('USER_NOT_FOUND')
      const addition = await outboxes.recordMain(() =>
        members.add(tenantId, user.id, role, actor, membersPerTenant)
      )
      if (addition.outcome === 'missing') throw new AppError('USER_NOT_FOUND')
      if (addition.outcome === 'too many') throw new AppError('MEMBER_LIMIT_REACHED')
      if (addition.outcome === 'not possible') throw new AppError('ALREADY_MEMBER')
      return addition.member
    },

    /** @throws {AppError} MEMBER_NOT_FOUND, LAST_ADMIN */
    async changeRole(tenantId: string, userId: string, role: Role, actor: Actor): Promise<Member> {
      return change(tenantId, () => members.changeRole(tenantId, userId, role, actor))
    },

    /** @throws {AppError} MEMBER_NOT_FOUND, LAST_ADMIN */
    async remove(tenantId: string, userId: string, actor: Actor): Promise<void> {
      await change(tenantId, () => members.remove(tenantId, userId, actor))
    }
  }
}

/** A service account can be a member only of the tenant that owns it, and of tenants that it has created. */
const isServiceOfOthers = ({ kind, owner_tenant_id }: User, tenantId: string) =>
  kind === 'service' && owner_tenant_id !== tenantId
