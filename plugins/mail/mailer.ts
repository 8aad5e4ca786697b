/** A mail to one address, in plain text. */
export interface OutgoingMail {
  /** Becomes the Message-ID, so that mail programs recognise a mail that was sent twice. */
  id: string
  /** A bare address. It is never parsed: a parser could find two addresses in it. */
  to: string
  subject: string
  text: string
}

/** What became of a mail. */
export type MailSending =
  /** The mail was handed over. `details` is for operators, such as the file it was written to. */
  | { outcome: 'sent'; details: Record<string, string> }
  /** The mail server has permanently refused the mail. */
  | { outcome: 'refused'; reason: string }

/** Sends mails. */
export interface Mailer {
  /** @throws on a temporary failure: a later attempt may succeed */
  send(mail: OutgoingMail): Promise<MailSending>
}
