import type { AccountLinkRepository } from '../../../db/main/account-links-repository.js'
import type { AccessChanges } from '../../../plugins/access/access.js'
import type { LinkTokens } from '../../../plugins/mail/link-tokens.js'
import type { Passwords } from '../../../plugins/auth/passwords.js'
import type { Outboxes } from '../../../plugins/messaging/outboxes.js'
import { AppError } from '../../../core/errors.js'
import { passwordState } from '../mail/account-links.js'
import { toEmailAddress } from './email.js'
import { accountKey } from './guess-subjects.js'
import { checkNewPassword } from './password-rules.js'

export interface RecoveryDependencies {
  accountLinks: AccountLinkRepository
  linkTokens: LinkTokens
  passwords: Passwords
  outboxes: Outboxes
  accessChanges: AccessChanges
  /** Whether mail is set up; without it nothing is queued. */
  hasMail: boolean
}

/** Seconds for which a link works. */
const ADDRESS_TTL = 86_400
const PASSWORD_TTL = 3_600

export type RecoveryService = ReturnType<typeof createRecoveryService>

/** Mails links to accounts, and does what their holders use them for: set a new password, verify an address. */
export function createRecoveryService(dependencies: RecoveryDependencies) {
  const { accountLinks, linkTokens, passwords, outboxes, accessChanges, hasMail } = dependencies

  /** The account of a token that is not too old. @throws {AppError} LINK_EXPIRED */
  async function accountOf(token: string, ttl: number) {
    const claim = linkTokens.read(token)
    const isFresh = claim !== null && claim.issuedAt + ttl > Date.now() / 1000
    const account = isFresh ? await accountLinks.find(claim.id) : null
    if (account === null) throw new AppError('LINK_EXPIRED')
    return account
  }

  return {
    /** Mails a link for a new password, if the address has an active account; the caller does not learn whether. */
    async forgot(email: string): Promise<void> {
      if (hasMail) await accountLinks.requestMail('password', toEmailAddress(email))
    },

    /**
     * Sets a new password and ends every session.
     * @throws {AppError} LINK_EXPIRED, VALIDATION_ERROR, WEAK_PASSWORD, AUTH_BUSY
     */
    async reset(token: string, password: string, ip: string): Promise<void> {
      const account = await accountOf(token, PASSWORD_TTL)
      const { id, email, password_hash, first_name, last_name } = account
      if (!linkTokens.verify('password', token, passwordState(password_hash)))
        throw new AppError('LINK_EXPIRED')
      await checkNewPassword(password, '/password', { email, firstName: first_name, lastName: last_name })
      const recovery = {
        userId: id,
        oldHash: password_hash,
        newHash: await passwords.inTurn('check', ip, (hasher) => hasher.hash(password)),
        accountKey: accountKey(email),
        ip
      }
      const recovered = await outboxes.recordMain(() => accountLinks.recover(recovery))
      // The link was used, or the password changed, in the meantime.
      if (recovered.outcome === 'outdated') throw new AppError('LINK_EXPIRED')
      for (const session of recovered.ended) accessChanges.sessionChanged(session)
    },

    /** Marks the address as verified. Idempotent. @throws {AppError} LINK_EXPIRED */
    async verifyEmail(token: string, ip: string): Promise<void> {
      const { id, email } = await accountOf(token, ADDRESS_TTL)
      if (!linkTokens.verify('address', token, email)) throw new AppError('LINK_EXPIRED')
      await outboxes.recordMain(() => accountLinks.verify({ userId: id, email, ip }))
    }
  }
}
