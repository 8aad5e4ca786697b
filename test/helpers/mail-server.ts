import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { SMTPServer } from 'smtp-server'
import type { Test } from 'tap'
import { until } from './until.js'

export interface ReceivedMail {
  from: string
  to: string[]
  /** The whole mail as sent, with headers. */
  raw: string
  subject: string
  messageId: string
  /** The decoded text. */
  text: string
  /** The token of the link in the text. */
  token: string
}

export interface MailServer {
  url: string
  received: ReceivedMail[]
  /** The error with which the server refuses a mail; undefined accepts it. */
  refuse: ((to: string) => Error | undefined) | undefined
  /** Called instead of accepting a mail, whose sender then waits. */
  hold: (() => void) | undefined
  /** Waits for a mail to the address, and removes it from `received`. */
  next: (to: string) => Promise<ReceivedMail>
}

/** An error that a mail server answers with. */
export const smtpError = (responseCode: number, message: string) =>
  Object.assign(new Error(message), { responseCode })

/** A real mail server that keeps the mails it receives, closed when the test ends. */
export async function startMailServer(t: Test): Promise<MailServer> {
  const received: ReceivedMail[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo: ({ address }, _session, done) => done(mailServer.refuse?.(address) ?? null),
    onData(stream, { envelope }, done) {
      if (mailServer.hold !== undefined) {
        stream.resume()
        mailServer.hold()
        return
      }
      void text(stream).then((raw) => {
        const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address
        received.push({ from, to: envelope.rcptTo.map(({ address }) => address), raw, ...parsed(raw) })
        done()
      }, done)
    }
  })
  server.on('error', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  t.teardown(() => new Promise<void>((resolve) => server.close(() => resolve())))
  const mailServer: MailServer = {
    url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    received,
    refuse: undefined,
    hold: undefined,
    async next(to) {
      const isTo = (mail: ReceivedMail) => mail.to.includes(to)
      await until(async () => received.some(isTo))
      const [mail] = received.splice(received.findIndex(isTo), 1)
      return mail as ReceivedMail
    }
  }
  return mailServer
}

/** Parses the subset of RFC 5322 and RFC 2045 that our mails use. */
function parsed(raw: string) {
  const [head = '', ...body] = raw.split('\r\n\r\n')
  const headers = new Map(
    head
      .replace(/\r\n[ \t]+/g, ' ')
      .split('\r\n')
      .map((line) => [
        line.slice(0, line.indexOf(':')).toLowerCase(),
        line.slice(line.indexOf(':') + 1).trim()
      ])
  )
  const content = body.join('\n\n').replaceAll('\r\n', '\n')
  const encoding = headers.get('content-transfer-encoding') ?? '7bit'
  const plain = encoding === 'quoted-printable' ? unquoted(content) : decoded(content, encoding)
  return {
    subject: headers.get('subject') ?? '',
    messageId: headers.get('message-id') ?? '',
    text: plain,
    token: /#token=([\w-]+)/.exec(plain)?.[1] ?? ''
  }
}

const decoded = (content: string, encoding: string) =>
  encoding === 'base64' ? Buffer.from(content, 'base64').toString() : content

function unquoted(content: string): string {
  const bytes = content
    .replace(/=\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString()
}
