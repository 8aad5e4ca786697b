import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createTransport } from 'nodemailer'
import type { MailSender } from '../../core/config/mail-settings.js'
import type { Mailer } from './mailer.js'
import { toMessage } from './message.js'

/** Writes mails into a folder instead of sending them, for development. Sending a mail twice overwrites its file. */
export function createFileMailer(folder: string, from: MailSender): Mailer {
  const transport = createTransport({ streamTransport: true, buffer: true })
  return {
    async send(mail) {
      const { message } = await transport.sendMail(toMessage(from, mail))
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const file = join(folder, `${mail.id}.eml`)
      await writeFile(`${file}.part`, message as Buffer, { mode: 0o600 })
      await rename(`${file}.part`, file)
      return { outcome: 'sent', details: { file } }
    }
  }
}
