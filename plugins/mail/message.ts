import type { SendMailOptions } from 'nodemailer'
import type { MailSender } from '../../core/config/mail-settings.js'
import type { OutgoingMail } from './mailer.js'

/**
 * The mail as nodemailer's input. Names and addresses are passed separately, so nothing in them is parsed as syntax.
 */
export function toMessage(from: MailSender, { id, to, subject, text }: OutgoingMail): SendMailOptions {
  const recipient = { name: '', address: to }
  return {
    // A copy, since nodemailer changes its input.
    from: { ...from },
    to: recipient,
    envelope: { from: from.address, to: [to] },
    messageId: `<${id}@${from.address.slice(from.address.lastIndexOf('@') + 1)}>`,
    subject,
    text,
    // RFC 3834 §5: prevents automatic replies.
    headers: { 'auto-submitted': 'auto-generated' },
    disableFileAccess: true,
    disableUrlAccess: true
  }
}
