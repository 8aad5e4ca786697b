import type { SendMailOptions } from 'nodemailer'
import type { MailSender } from '../../core/config/mail-settings.js'
import type { OutgoingMail } from './mailer.js'

/** The mail as nodemailer composes it. Names and addresses are given apart, so nothing in them is syntax. */
export function toMessage(from: MailSender, { id, to, subject, text }: OutgoingMail): SendMailOptions {
  const recipient = { name: '', address: to }
  return {
    // nodemailer changes what it is given.
    from: { ...from },
    to: recipient,
    envelope: { from: from.address, to: [to] },
    messageId: `<${id}@${from.address.slice(from.address.lastIndexOf('@') + 1)}>`,
    subject,
    text,
    // RFC 3834 §5: nobody's holiday answers it.
    headers: { 'auto-submitted': 'auto-generated' },
    disableFileAccess: true,
    disableUrlAccess: true
  }
}
