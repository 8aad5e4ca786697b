import type { MemberTenant, TenantRepository } from '../../db/main/tenants-repository.js'
import type { User, UserRepository } from '../../db/main/users-repository.js'
import { AppError } from '../errors.js'
import type { PageNumber, PageOf } from './page.js'

export type UserService = ReturnType<typeof createUserService>

export function createUserService({ users, tenants }: { users: UserRepository; tenants: TenantRepository }) {
  // The session was checked a moment ago; whoever is gone by now is treated as it will be on the next request.
  const present = (user: User | null): User => {
    if (user === null) throw new AppError('TOKEN_REVOKED')
    return user
  }

  return {
    async get(userId: string): Promise<User> {
      return present(await users.findById(userId))
    },

    /** Leaves alone what is not given. */
    async update(userId: string, changes: { first_name?: string; last_name?: string }): Promise<User> {
      const { first_name, last_name } = changes
      return present(
        await users.update(userId, { first_name: first_name?.trim(), last_name: last_name?.trim() })
      )
    },

    /** The tenants that the user belongs to, newest first. */
    async listTenants(
      userId: string,
      page: PageNumber & { includeInactive: boolean }
    ): Promise<PageOf<MemberTenant>> {
      const { includeInactive, limit, offset } = page
      const [items, total] = await Promise.all([
        tenants.listOfUser(userId, { includeInactive, limit, offset }),
        tenants.countOfUser(userId, { includeInactive })
      ])
      return { items, total }
    }
  }
}
