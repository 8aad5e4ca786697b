import type { Environment } from './environment.js'

/** A mail server, and how to log in to it. */
export interface SmtpServer {
  host: string
  port: number
  /** TLS from the first byte; otherwise STARTTLS where the server offers it. */
  secure: boolean
  login: { user: string; pass: string } | undefined
}

/** A sender, as mail programs show it. */
export interface MailSender {
  name: string
  address: string
}

/** RFC 8314 §3.3 and RFC 6409 §3.1. */
const PORTS: Record<string, number> = { 'smtps:': 465, 'smtp:': 587 }

/** An address that can stand in a header (RFC 5322 §3.4): one @, and no characters with a special meaning there. */
const ADDRESS = /^[^\s<>@,;:"()\[\]\\]+@[^\s<>@,;:"()\[\]\\]+$/u

/** @throws {Error} whose message continues after SMTP_URL */
export function smtpServer(text: string): SmtpServer {
  if (!URL.canParse(text)) throw new Error('is not a valid URL')
  const { protocol, hostname, port, username, password, pathname, search, hash } = new URL(text)
  if (pathname.length > 1 || search !== '' || hash !== '')
    throw new Error('must end after the host and the port')
  if ((username === '') !== (password === ''))
    throw new Error('must have both a user and a password, or neither')
  const decoded = (part: string) => {
    try {
      return decodeURIComponent(part)
    } catch {
      throw new Error('has a user or a password that is not percent-encoded')
    }
  }
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (PORTS[protocol] as number) : Number(port),
    secure: protocol === 'smtps:',
    login: username === '' ? undefined : { user: decoded(username), pass: decoded(password) }
  }
}

/** `Name <address>`, or an address alone; undefined for anything else. */
export function mailSender(text: string): MailSender | undefined {
  const [, name = '', bracketed] = /^([^<>\r\n]*)<([^<>]*)>$/.exec(text.trim()) ?? []
  const address = bracketed ?? text.trim()
  return ADDRESS.test(address) ? { name: name.trim().replace(/^"|"$/g, ''), address } : undefined
}

/** Mail settings that are missing or wrong; each problem starts with the name of a setting. */
export function mailProblems(env: Environment): string[] {
  const { SMTP_URL, MAIL_FROM, ACCOUNT_URL, JWT_SECRET } = env
  const problems: string[] = []
  if (MAIL_FROM !== undefined && mailSender(MAIL_FROM) === undefined)
    problems.push('MAIL_FROM must be an address, or of the form Name <address>')
  if (ACCOUNT_URL?.includes('#'))
    problems.push('ACCOUNT_URL must not have a fragment: the tokens of links go there')
  if (SMTP_URL === undefined) return problems
  try {
    smtpServer(SMTP_URL)
  } catch (error) {
    problems.push(`SMTP_URL ${(error as Error).message}`)
  }
  if (JWT_SECRET === undefined)
    problems.push('SMTP_URL needs JWT_SECRET, from which the links in mails are derived')
  if (ACCOUNT_URL === undefined)
    problems.push('ACCOUNT_URL is missing: SMTP_URL needs it, since links in mails start with it')
  if (MAIL_FROM === undefined)
    problems.push('MAIL_FROM is missing: SMTP_URL needs it, as the sender of all mails')
  return problems
}
