import type { Config } from '../../core/config/config.js'
import { createFileMailer } from './file-mailer.js'
import type { Mailer } from './mailer.js'
import { createSmtpMailer } from './smtp-mailer.js'

/** Null if mail is not configured. */
export function createMailer({ transport, from }: Config['mail']): Mailer | null {
  if (transport.kind === 'smtp') return createSmtpMailer(transport.url, from)
  return transport.kind === 'files' ? createFileMailer(transport.folder, from) : null
}
