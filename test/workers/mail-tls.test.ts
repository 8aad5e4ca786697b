import { execFile } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import t, { type Test } from 'tap'
import { makeCertificates } from '../helpers/certificates.js'
import { requireTool } from '../helpers/tools.js'
import { temporaryDataDir } from '../scripts/temporary-folder.js'

requireTool(t, ['openssl'])
/** An address of this machine that is not one of its names, so the mailer treats it as a remote server. */
const ELSEWHERE = '0.0.0.0'
const { ca, otherCa, certificate, key } = makeCertificates(temporaryDataDir(t), `IP:${ELSEWHERE}`)

/** A mail server with a log-in, and a record of what it received. */
async function startServer(t: Test, options: SMTPServerOptions) {
  const seen = { logins: [] as string[], mails: [] as { raw: string; secure: boolean }[] }
  const server = new SMTPServer({
    cert: certificate,
    key,
    // The server would accept a password without TLS; the mailer must not send one.
    allowInsecureAuth: true,
    onAuth({ username, password }, _session, done) {
      seen.logins.push(`${username}:${password}`)
      done(null, { user: username })
    },
    onData(stream, { secure }, done) {
      void text(stream).then((raw) => {
        seen.mails.push({ raw, secure })
        done()
      }, done)
    },
    ...options
  })
  server.on('error', () => undefined)
  server.listen(0, ELSEWHERE)
  await once(server.server, 'listening')
  t.teardown(() => new Promise<void>((resolve) => server.close(() => resolve())))
  const { port } = server.server.address() as AddressInfo
  return { ...seen, at: `mailer:s%3Acret@${ELSEWHERE}:${port}` }
}

const SEND = `
  const { createSmtpMailer } = await import(process.argv[1])
  const mailer = createSmtpMailer(process.argv[2], { name: 'Strongroom', address: 'no-reply@example.com' })
  const mail = { id: 'one@example.com', to: 'ada@example.com', subject: 'Hello', text: 'A link' }
  const { outcome } = await mailer.send(mail).catch(({ code }) => ({ outcome: code }))
  console.log(outcome)
  process.exit(0)`

/** Sends a mail in a process of its own, since Node reads its trusted authorities at start. */
async function send(url: string, authority: string): Promise<string> {
  const mailer = new URL('../../plugins/mail/smtp-mailer.js', import.meta.url).href
  const env = { PATH: process.env['PATH'], NODE_EXTRA_CA_CERTS: authority }
  const args = ['--input-type=module', '-e', SEND, mailer, url]
  const { stdout } = await promisify(execFile)(process.execPath, args, { env })
  return stdout.trim()
}

t.test('a remote mail server gets password and mail over TLS', async (t) => {
  for (const [scheme, secure] of [
    ['smtp', false],
    ['smtps', true]
  ] as const) {
    const server = await startServer(t, { secure })
    t.equal(await send(`${scheme}://${server.at}`, ca), 'sent', scheme)
    t.same(server.logins, ['mailer:s:cret'])
    t.match(server.mails, [{ secure: true, raw: /A link/ }])
  }
})

t.test('neither is sent to a server with an untrusted certificate', async (t) => {
  for (const [scheme, secure] of [
    ['smtp', false],
    ['smtps', true]
  ] as const) {
    const server = await startServer(t, { secure })
    t.match(await send(`${scheme}://${server.at}`, otherCa), /^E/, scheme)
    t.same([server.logins, server.mails], [[], []])
  }
})

t.test('neither is sent to a server without TLS', async (t) => {
  const server = await startServer(t, { disabledCommands: ['STARTTLS'] })
  t.match(await send(`smtp://${server.at}`, ca), /^E/)
  t.same([server.logins, server.mails], [[], []])
})
