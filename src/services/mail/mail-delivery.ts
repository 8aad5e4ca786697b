import type { ClaimedMail, MailRepository } from '../../../db/main/mails-repository.js'
import type { Mailer, MailSending, OutgoingMail } from '../../../plugins/mail/mailer.js'
import { passwordState, type AccountLink, type AccountLinks } from './account-links.js'
import {
  addressText,
  exportText,
  invitationText,
  passwordText,
  webhookText,
  type MailText
} from './mail-texts.js'

/** The outcome of an attempt to send a mail. `dropped`: the mail is no longer needed. */
export type MailOutcome = 'sent' | 'postponed' | 'failed' | 'dropped'

export interface MailDeliveryDependencies {
  mails: MailRepository
  mailer: Mailer
  links: AccountLinks
  /** The name of the service, as mails show it. */
  service: string
  report: (mail: ClaimedMail, outcome: MailOutcome, details?: Record<string, unknown>) => void
}

/** How many mails a worker sends concurrently. */
const AT_ONCE = 5
/** Seconds after which a claimed mail is due again; longer than an attempt takes. */
const CLAIM_SECONDS = 60
/** Maximum characters of a stored reason. */
const MAX_REASON_LENGTH = 300
/** Seconds from each failed attempt to the next: 1, 5 and 30 minutes, 2 hours. */
const RETRIES = [60, 300, 1_800, 7_200]

/** Sends the mails that are due; any number of workers can do so at the same time. */
export function createMailDelivery({ mails, mailer, links, service, report }: MailDeliveryDependencies) {
  /** The mail, with a new link if its kind has one; null if the mail is no longer needed. */
  async function compose(mail: ClaimedMail): Promise<(OutgoingMail & Partial<AccountLink>) | null> {
    const composed = (link: Partial<AccountLink>, text: MailText) => ({
      id: mail.id,
      to: mail.recipient,
      ...link,
      ...text
    })
    if (mail.kind === 'invitation') {
      const invitation = await mails.findInvitation(mail.subject_id)
      if (invitation === null) return null
      const link = links.make('mailedInvitation', invitation.id)
      return composed(link, invitationText(service, invitation, link))
    }
    if (mail.kind === 'webhook') {
      const webhook = await mails.findDisabledWebhook(mail.subject_id)
      return webhook && composed({}, webhookText(service, webhook))
    }
    if (mail.kind === 'export') {
      const exported = await mails.findExported(mail.subject_id)
      return exported && composed({}, exportText(service, exported))
    }
    const account = await mails.findAccount(mail.subject_id)
    // Only the owner of the account's current address may get the link.
    if (account?.email !== mail.recipient) return null
    if (mail.kind === 'address') {
      if (account.email_verified_at !== null) return null
      const link = links.make('address', account.id, account.email)
      return composed(link, addressText(service, account, link))
    }
    const link = links.make('password', account.id, passwordState(account.password_hash))
    return composed(link, passwordText(service, account, link))
  }

  async function deliver(mail: ClaimedMail): Promise<void> {
    const composed = await compose(mail)
    if (composed === null) {
      await mails.drop(mail.id)
      report(mail, 'dropped')
      return
    }
    const sending = await attempt(mail, composed)
    if (sending.outcome === 'sent') {
      await mails.sent(mail.id)
      report(mail, 'sent', sending.details)
      return
    }
    const retryIn = sending.outcome === 'refused' ? null : (RETRIES[mail.attempts - 1] ?? null)
    // A mail server may quote the mail, and so the token, in its answer.
    const reason = withoutToken(oneLine(sending.reason), composed.token).slice(0, MAX_REASON_LENGTH)
    await mails.failed(mail.id, reason, retryIn)
    report(mail, retryIn === null ? 'failed' : 'postponed', { reason })
  }

  async function attempt(
    mail: ClaimedMail,
    composed: OutgoingMail
  ): Promise<MailSending | { outcome: 'not now'; reason: string }> {
    // Attempts during which the worker was killed count too.
    if (mail.attempts > RETRIES.length + 1)
      return { outcome: 'refused', reason: 'too many attempts were cut off' }
    try {
      return await mailer.send(composed)
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      return { outcome: 'not now', reason: code === undefined ? message : `${code}: ${message}` }
    }
  }

  return {
    /** Returns when no mail is due, or `signal` is aborted. */
    async deliverDue(signal: AbortSignal): Promise<void> {
      while (!signal.aborted) {
        const claimed = await mails.claim(AT_ONCE, CLAIM_SECONDS)
        if (claimed.length === 0) return
        await Promise.all(claimed.map(deliver))
      }
    },
    countWaiting: () => mails.countWaiting()
  }
}

const withoutToken = (text: string, token: string | undefined) =>
  token === undefined ? text : text.replaceAll(token, '[token]')

const oneLine = (text: string) => text.replace(/[\p{C}\s]+/gu, ' ')
