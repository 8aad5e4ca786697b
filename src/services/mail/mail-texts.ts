import type {
  AccountFacts,
  ExportFacts,
  InvitationFacts,
  WebhookFacts
} from '../../../db/main/mails-repository.js'
import type { AccountLink } from './account-links.js'

/** The text of a mail. Its subject contains nothing that users chose. */
export interface MailText {
  subject: string
  text: string
}

/** Maximum characters of a name that a mail shows. */
const MAX_NAME_LENGTH = 60

/** @param service the name of the service */
export function invitationText(service: string, invitation: InvitationFacts, link: AccountLink): MailText {
  const { tenant_name, inviter_first_name, inviter_last_name, expires_at } = invitation
  const inviter = quotable([inviter_first_name, inviter_last_name].filter(Boolean).join(' '))
  const tenant = quotable(tenant_name ?? '')
  const who = inviter === '' ? 'You are invited' : `${inviter} invites you`
  const where = tenant === '' ? `to ${service}` : `to "${tenant}" on ${service}`
  return {
    subject: `You are invited to ${service}`,
    text: paragraphs(
      `${who} ${where}.`,
      ...opening('To accept, open this link', link, 'POST /api/auth/invitations/accept'),
      `It works until ${expires_at.slice(0, 16).replace('T', ' ')} UTC. If you did not expect this mail, ignore it.`
    )
  }
}

/** @param service the name of the service */
export function addressText(service: string, { first_name }: AccountFacts, link: AccountLink): MailText {
  return {
    subject: `Confirm your e-mail address for ${service}`,
    text: paragraphs(
      greeting(first_name),
      `An account on ${service} was created with this address.`,
      ...opening(
        'To confirm that it is yours, open this link within 24 hours',
        link,
        'POST /api/auth/email/verify'
      ),
      'If you did not create the account, ignore this mail.'
    )
  }
}

/** @param service the name of the service */
export function passwordText(service: string, { first_name }: AccountFacts, link: AccountLink): MailText {
  return {
    subject: `A new password for ${service}`,
    text: paragraphs(
      greeting(first_name),
      `Someone asked for a new password for your account on ${service}.`,
      ...opening('To choose one, open this link within an hour', link, 'POST /api/auth/password/reset'),
      'If it was not you, ignore this mail; your password stays as it is.'
    )
  }
}

/** @param service the name of the service */
export function webhookText(service: string, webhook: WebhookFacts): MailText {
  const tenant = quotable(webhook.tenant_name)
  const why =
    webhook.disabled_reason === 'gone'
      ? 'its receiver answered 410 Gone'
      : 'its receiver has failed for five days'
  return {
    subject: `A webhook on ${service} was disabled`,
    text: paragraphs(
      'Hello,',
      `A webhook${tenant === '' ? '' : ` of "${tenant}"`} gets no more events, because ${why}.`,
      `Once the receiver works again, enable it with PUT /api/tenants/${webhook.tenant_id}/webhooks/${webhook.id}. ` +
        'It then gets the events that are still kept.'
    )
  }
}

/** @param service the name of the service */
export function exportText(service: string, { tenant_id, tenant_name }: ExportFacts): MailText {
  const tenant = quotable(tenant_name)
  return {
    subject: `An export from ${service} is ready`,
    text: paragraphs(
      'Hello,',
      `The export${tenant === '' ? '' : ` of "${tenant}"`} that you requested is ready. It is kept for 24 hours.`,
      `GET /api/tenants/${tenant_id}/exports lists it, and POST /api/tenants/${tenant_id}/exports/{id}/download-url ` +
        'returns a URL that downloads the archive.',
      'The archive contains all documents of the tenant: store it safely.'
    )
  }
}

const paragraphs = (...texts: string[]) => `${texts.join('\n\n')}\n`

const opening = (what: string, { link, token }: AccountLink, operation: string) =>
  link === null ? [`ACCOUNT_URL is not set; send this token to ${operation}:`, token] : [`${what}:`, link]

function greeting(name: string): string {
  const quoted = quotable(name)
  return quoted === '' ? 'Hello,' : `Hello ${quoted},`
}

/**
 * A name in a form that is safe in a mail to a stranger: one line, shortened, and empty if mail programs could turn any
 * of it into a link, so that nobody can use our mails for advertisements.
 */
function quotable(name: string): string {
  const line = name.replace(/[\p{C}\p{Z}]+/gu, ' ').trim()
  if (/[:/@\\<>]|\.[^\s.]|www/iu.test(line)) return ''
  const shown = Array.from(line)
  return shown.length <= MAX_NAME_LENGTH ? line : `${shown.slice(0, MAX_NAME_LENGTH).join('')}…`
}
