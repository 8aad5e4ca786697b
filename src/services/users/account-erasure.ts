import type { AuditRepository } from '../../../db/main/audit-repository.js'
import type { ErasureRepository } from '../../../db/main/erasure-repository.js'
import type { UserRepository } from '../../../db/main/users-repository.js'
import { AppError } from '../../../core/errors.js'
import { isUuid } from '../../../core/uuid.js'
import { accountKey } from '../auth/guess-subjects.js'
import { toEmailAddress } from '../auth/email.js'
import { createAuditService } from '../audit/audit-service.js'

export interface AccountErasureDependencies {
  users: Pick<UserRepository, 'findByEmail' | 'findById'>
  erasures: ErasureRepository
  audit: AuditRepository
}

/** An account, or what is left of a deleted one. */
export interface Person {
  id: string
  /** Null if the account has been deleted before. */
  email: string | null
}

export type AccountErasure = ReturnType<typeof createAccountErasure>

/** Erases what is stored about a person; `docs/OPERATIONS.md` says what stays where. */
export function createAccountErasure({ users, erasures, audit }: AccountErasureDependencies) {
  const entries = createAuditService({ audit })
  return {
    /**
     * @param who an address, or the id of a person's account that may be gone
     * @throws {AppError} USER_NOT_FOUND
     */
    async find(who: string): Promise<Person> {
      const user = isUuid(who) ? await users.findById(who) : await users.findByEmail(toEmailAddress(who))
      if (user?.kind === 'service')
        throw new AppError('USER_NOT_FOUND', {
          message: `${who} is a service account; npm run service-accounts -- delete removes those of the installation, and the admins of a tenant remove its own`
        })
      if (user !== null) return { id: user.id, email: user.email }
      if (isUuid(who)) return { id: who.toLowerCase(), email: null }
      throw new AppError('USER_NOT_FOUND', {
        message: `No account has the address ${who}; "users list" shows all; to erase a deleted one, name its id`
      })
    },

    /**
     * Removes account, sessions, names and addresses. Every step is idempotent, and the account can be found by its
     * address until the last one, so another run finishes one that was killed.
     */
    async erase({ id, email }: Person): Promise<void> {
      const person = { userId: id, email }
      await erasures.begin(id)
      await entries.forget(id)
      if (email !== null) await erasures.scrubCommands(email)
      let scrubbed = 0
      for (let next: number | null = 0; next !== null; next = await erasures.scrubSome(person, scrubbed))
        scrubbed = next
      await erasures.finish({ ...person, accountKey: email && accountKey(email) }, scrubbed)
    }
  }
}
