/** A mail to one address, in plain text. */
export interface OutgoingMail {
  /** Becomes the Message-ID, so that mail programs recognise one that was sent twice. */
  id: string
  /** A bare address. It is never parsed: a text could hold two. */
  to: string
  subject: string
  text: string
}

/** What became of a mail. */
export type MailSending =
  /** It is in others' hands, with what an operator may want to know of it, such as the file. */
  | { outcome: 'sent'; details: Record<string, string> }
  /** The mail server has refused it for good. */
  | { outcome: 'refused'; reason: string }

/** Sends mails. */
export interface Mailer {
  /** @throws what may pass, so that a later attempt can help */
  send(mail: OutgoingMail): Promise<MailSending>
}
