import type { Acceptance, InvitationAcceptance } from '../../../db/main/invitation-acceptance.js'
import type { InvitationRepository, OpenInvitation } from '../../../db/main/invitations-repository.js'
import type { Role } from '../../../db/main/members-repository.js'
import type { User, UserRepository } from '../../../db/main/users-repository.js'
import type { LinkTokens } from '../../../plugins/mail/link-tokens.js'
import type { Passwords } from '../../../plugins/auth/passwords.js'
import type { Outboxes } from '../../../plugins/messaging/outboxes.js'
import { AppError } from '../../../core/errors.js'
import { normalizeEmail, toEmailAddress } from '../auth/email.js'
import { prepareAccount } from '../auth/registration.js'

/** The details of a new account; an existing account accepts without them. */
export interface NewAccount {
  password?: string
  first_name?: string
  last_name?: string
}

export interface Accepted {
  user: User
  tenant_id: string | null
  role: Role | null
}

export interface AcceptanceDependencies {
  invitations: InvitationAcceptance & Pick<InvitationRepository, 'findOpen'>
  users: UserRepository
  linkTokens: LinkTokens
  passwords: Passwords
  outboxes: Outboxes
  /** Whether invitations may create accounts. */
  createsAccounts: boolean
  membersPerTenant: number
}

const REFUSALS = {
  gone: 'INVITATION_EXPIRED',
  taken: 'EMAIL_TAKEN',
  'too many': 'MEMBER_LIMIT_REACHED'
} as const

export type AcceptInvitation = ReturnType<typeof createAcceptance>

/**
 * Accepts invitations: only the holder of the link can. An existing account accepts with its session, so that a link
 * alone never gives access to an account; someone who registered with another person's address does not have the link.
 */
export function createAcceptance(dependencies: AcceptanceDependencies) {
  const { invitations, users, linkTokens, passwords, outboxes, createsAccounts, membersPerTenant } =
    dependencies

  /** @throws {AppError} INVITATION_EXPIRED */
  async function read(token: string): Promise<{ invitation: OpenInvitation; mailed: boolean }> {
    const mailed = linkTokens.verify('mailedInvitation', token)
    const claim = mailed || linkTokens.verify('shownInvitation', token) ? linkTokens.read(token) : null
    const invitation = claim && (await invitations.findOpen(claim.id))
    if (invitation === null) throw new AppError('INVITATION_EXPIRED')
    return { invitation, mailed }
  }

  /** @returns the role that the account now has */
  function settled(acceptance: Acceptance): Role | null {
    if (acceptance.outcome !== 'accepted') throw new AppError(REFUSALS[acceptance.outcome])
    return acceptance.role
  }

  async function found(userId: string): Promise<User> {
    const user = await users.findById(userId)
    if (user === null) throw new AppError('INVITATION_EXPIRED')
    return user
  }

  /**
   * @param userId of the session; undefined if there is none: then an account is created
   * @throws {AppError} INVITATION_EXPIRED, WRONG_ACCOUNT, REGISTRATION_CLOSED, EMAIL_TAKEN, MEMBER_LIMIT_REACHED,
   * VALIDATION_ERROR, WEAK_PASSWORD, AUTH_BUSY
   */
  return async (
    token: string,
    given: NewAccount,
    userId: string | undefined,
    ip: string
  ): Promise<Accepted> => {
    const { invitation, mailed } = await read(token)
    const { tenant_id } = invitation
    if (userId !== undefined) {
      refuse(
        given,
        (value) => value !== undefined,
        'must be left out: the account of your session accepts the invitation'
      )
      if (normalizeEmail((await found(userId)).email ?? '') !== invitation.email)
        throw new AppError('WRONG_ACCOUNT')
      const role = settled(
        await outboxes.recordMain(() =>
          invitations.asAccount(invitation, userId, { mailed, ip }, membersPerTenant)
        )
      )
      return { user: await found(userId), tenant_id, role }
    }
    if (!createsAccounts) throw new AppError('REGISTRATION_CLOSED')
    refuse(given, (value) => value === undefined, 'is required without a session')
    if ((await users.findByEmail(toEmailAddress(invitation.email))) !== null) {
      // A concurrent acceptance may have created it: then the invitation has ended, which is the answer.
      await read(token)
      throw new AppError('EMAIL_TAKEN')
    }
    const account = await prepareAccount(
      passwords,
      { email: invitation.email, ...(given as Required<NewAccount>) },
      ip
    )
    const role = settled(
      await outboxes.recordMain(() =>
        invitations.asNew(invitation, account, { mailed, ip }, membersPerTenant)
      )
    )
    return { user: await found(account.id), tenant_id, role }
  }
}

const FIELDS = ['password', 'first_name', 'last_name'] as const

/** @throws {AppError} VALIDATION_ERROR that names the fields for which the condition holds */
function refuse(given: NewAccount, isWrong: (value: string | undefined) => boolean, message: string): void {
  const details = FIELDS.filter((field) => isWrong(given[field])).map((field) => ({
    field: `/${field}`,
    message
  }))
  if (details.length > 0) throw new AppError('VALIDATION_ERROR', { details })
}
