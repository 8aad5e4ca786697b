import fp from 'fastify-plugin'
import { Counter, Gauge } from 'prom-client'
import { resource } from '../plugins/resources.js'
import { createLinkTokens } from '../plugins/mail/link-tokens.js'
import { createMailer } from '../plugins/mail/create-mailer.js'
import { createAccountLinks } from '../src/services/mail/account-links.js'
import { createMailDelivery } from '../src/services/mail/mail-delivery.js'
import { repeatedly } from './repeatedly.js'

/** Seconds between looks for mails that are due. */
const INTERVAL = 2

/** Sends the mails that API processes and commands have queued. Does nothing if mail is not set up. */
export default fp(
  async (app) => {
    const { auth, mail: settings } = resource(app, 'config')
    const mailer = createMailer(settings)
    if (mailer === null) return
    const log = app.log.child({ component: 'mail' })
    const registers = [resource(app, 'metrics')]
    const attempts = new Counter({
      name: 'strongroom_mails_total',
      help: 'Attempts to send a mail: sent, postponed (a retry follows), failed (for good), dropped (no longer needed)',
      labelNames: ['kind', 'outcome'],
      registers
    })
    const waiting = new Gauge({
      name: 'strongroom_mails_waiting',
      help: 'Mails that have not been sent yet, over all workers',
      registers
    })
    const delivery = createMailDelivery({
      mails: resource(app, 'database').mails,
      mailer,
      links: createAccountLinks(createLinkTokens(auth.secrets), settings.accountUrl),
      service: settings.from.name || 'Strongroom',
      report({ id, kind, attempts: attempt }, outcome, details = {}) {
        attempts.inc({ kind, outcome })
        const level = outcome === 'failed' || outcome === 'postponed' ? 'warn' : 'info'
        log[level]({ mail_id: id, kind, attempt, ...details }, `mail ${outcome}`)
      }
    })
    const signal = repeatedly(app, INTERVAL, async () => {
      try {
        await delivery.deliverDue(signal)
        waiting.set(await delivery.countWaiting())
      } catch (error) {
        if (!signal.aborted) log.warn({ err: error }, 'sending mails failed; trying again later')
      }
    })
  },
  { name: 'mail-sender', dependencies: ['config', 'database', 'metrics'] }
)
