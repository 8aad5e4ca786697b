import { randomUUID } from 'node:crypto'
import type { Actor } from '../../../db/actor.js'
import type { Invitation, InvitationRepository } from '../../../db/main/invitations-repository.js'
import type { Role } from '../../../db/main/members-repository.js'
import type { Outboxes } from '../../../plugins/messaging/outboxes.js'
import { AppError } from '../../../core/errors.js'
import { storedEmail } from '../auth/registration.js'
import type { PageNumber, PageOf } from '../lists/page.js'
import type { AccountLink, AccountLinks } from '../mail/account-links.js'

export interface InvitationDependencies {
  invitations: InvitationRepository
  links: AccountLinks
  outboxes: Pick<Outboxes, 'recordMain'>
  mail: 'smtp' | 'files' | 'none'
}

/** Seconds for which an invitation can be accepted. */
export const INVITATION_TTL = 7 * 86_400
/** Maximum number of invitations of a tenant within a day, withdrawn ones included. */
const PER_DAY = 200

/** An invitation, with its link if no mail server delivers the link. */
export type MadeInvitation = Invitation & Partial<AccountLink>

export type InvitationService = ReturnType<typeof createInvitationService>

/** Invitations, for the admins of a tenant and for operators. */
export function createInvitationService({ invitations, links, outboxes, mail }: InvitationDependencies) {
  const isDelivered = mail === 'smtp'
  const named = (email: string) => ({
    id: randomUUID(),
    email: storedEmail(email),
    ttl: INVITATION_TTL,
    mailed: mail !== 'none'
  })

  return {
    /**
     * Invites an address. The answer does not reveal whether it has an account, or belongs to a member.
     * @throws {AppError} INVITATION_LIMIT_REACHED, VALIDATION_ERROR
     */
    async invite(tenantId: string, email: string, role: Role, actor: Actor): Promise<MadeInvitation> {
      const made = await outboxes.recordMain(() =>
        invitations.invite(tenantId, { ...named(email), role }, actor, PER_DAY)
      )
      if (made.outcome === 'too many') throw new AppError('INVITATION_LIMIT_REACHED')
      if (made.outcome === 'too many mails') throw tooManyMails()
      const { invitation } = made
      return { ...invitation, ...(!isDelivered && links.make('shownInvitation', invitation.id)) }
    },

    /**
     * For operators: invites an address to create an account.
     * @returns the link if no mail server delivers it
     * @throws {AppError} INVITATION_LIMIT_REACHED, VALIDATION_ERROR
     */
    async inviteToInstallation(email: string, mayCreateTenants: boolean): Promise<AccountLink | undefined> {
      const invitation = { ...named(email), mayCreateTenants }
      const { outcome } = await invitations.inviteToInstallation(invitation)
      if (outcome === 'too many mails') throw tooManyMails()
      return isDelivered ? undefined : links.make('shownInvitation', invitation.id)
    },

    /** The open invitations, oldest first. */
    list: (tenantId: string, page: PageNumber): Promise<PageOf<Invitation>> =>
      invitations.list(tenantId, page),

    /** @throws {AppError} INVITATION_NOT_FOUND */
    async withdraw(tenantId: string, invitationId: string, actor: Actor): Promise<void> {
      const { outcome } = await outboxes.recordMain(() => invitations.withdraw(tenantId, invitationId, actor))
      if (outcome === 'missing') throw new AppError('INVITATION_NOT_FOUND')
    }
  }
}

const tooManyMails = () =>
  new AppError('INVITATION_LIMIT_REACHED', {
    message: 'As many mails as the address can get within a day are waiting already; invite it again tomorrow'
  })
