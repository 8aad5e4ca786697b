import { createTransport } from 'nodemailer'
import { within } from '../../core/concurrency/timeout.js'
import { smtpServer, type MailSender } from '../../core/config/mail-settings.js'
import { isLoopback } from '../../core/config/production-problems.js'
import type { Mailer } from './mailer.js'
import { toMessage } from './message.js'

/** Milliseconds for one mail: less than the time after which another worker tries to send it. */
const SEND_MS = 45_000
/** Maximum milliseconds of silence in each phase. */
const PHASE_MS = 15_000

/** Sends through a mail server (RFC 5321). @param url as SMTP_URL gives it */
export function createSmtpMailer(url: string, from: MailSender): Mailer {
  const { host, port, secure, login } = smtpServer(url)
  const transport = createTransport({
    host,
    port,
    secure,
    ...(login && { auth: login }),
    // Passwords are never sent unencrypted.
    requireTLS: login !== undefined && !isLoopback(host),
    // A mail server on this machine rarely has a certificate for its name, and nothing leaves the machine.
    ignoreTLS: isLoopback(host),
    connectionTimeout: PHASE_MS,
    greetingTimeout: PHASE_MS,
    socketTimeout: PHASE_MS,
    dnsTimeout: PHASE_MS
  })
  return {
    async send(mail) {
      try {
        await within(SEND_MS, transport.sendMail(toMessage(from, mail)))
        return { outcome: 'sent', details: {} }
      } catch (error) {
        if (!isFinal(error)) throw error
        return { outcome: 'refused', reason: (error as Error).message }
      }
    }
  }
}

/**
 * Whether the server has permanently refused this sender, recipient or text (5yz, RFC 5321 §4.2.1). A refused log-in
 * does not count as permanent: an operator can correct it.
 */
function isFinal(error: unknown): boolean {
  const { code = '', responseCode = 0 } = error as { code?: string; responseCode?: number }
  return ['EENVELOPE', 'EMESSAGE'].includes(code) && responseCode >= 500
}
