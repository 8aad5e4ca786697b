/** `npm run users`: lets operators manage accounts. */
import { parseArgs } from 'node:util'
import type { TSchema } from '@sinclair/typebox'
import { compileCheck } from '../core/validation/check.js'
import { createAccountAdministration } from '../db/main/account-administration.js'
import { createInvitationRepository } from '../db/main/invitations-repository.js'
import { createAuditRepository } from '../db/main/audit-repository.js'
import { createErasureRepository } from '../db/main/erasure-repository.js'
import { createUserRepository } from '../db/main/users-repository.js'
import { createLinkTokens } from '../plugins/mail/link-tokens.js'
import { createPasswords } from '../plugins/auth/passwords.js'
import {
  createInvitationService,
  type InvitationService
} from '../src/services/invitations/invitation-service.js'
import { createAccountLinks } from '../src/services/mail/account-links.js'
import { createAccountErasure, type AccountErasure } from '../src/services/users/account-erasure.js'
import { createAccountService, type AccountService } from '../src/services/users/account-service.js'
import { NewEmail, PersonName } from '../src/schemas/users.js'
import { withInstallation } from './operator/installation.js'
import { osUser } from './operator/record-command.js'
import { runCommand, UsageError } from './operator/run.js'
import { warnOf } from './operator/unmanaged-tenants.js'
import { printable } from './operator/printable.js'

const HELP = `Usage: npm run users -- <command> [EMAIL] [options]

  list                   lists every account of a person: address, name, state (active, operator, deactivated), number
                         of tenants, time of creation
  create EMAIL --first-name NAME --last-name NAME [--operator] [--may-create-tenants]
                         creates an account and prints its random password
  invite EMAIL [--may-create-tenants]
                         mails a link with which its holder can create an account within 7 days; prints the link if
                         no mail server is set up (SMTP_URL)
  operator EMAIL         lets the account use the operators' routes of the API; --revoke withdraws that
  permit EMAIL           lets the account create tenants where TENANT_CREATION is permitted
  forbid EMAIL           withdraws this permission
  activate EMAIL         lets the account log in again
  deactivate EMAIL       ends all its sessions and prevents log-ins; deletes nothing
  reset-password EMAIL   ends all its sessions and prints a new random password
  delete EMAIL --yes     deletes the account, its sessions and memberships; its documents and audit entries stay
  erase EMAIL|ID --yes   does the same, and removes addresses and names from the audit log; after a deletion, by the id
  --help                 this text

Running API processes see a change within a second. Works on the database of DATABASE_URL (environment or .env), or
on that of the \`npm start\` running on DATA_DIR. Exits with 1 if something failed, and with 2 if the usage was wrong.`

const OPTIONS = {
  help: { type: 'boolean', short: 'h', default: false },
  yes: { type: 'boolean', default: false },
  operator: { type: 'boolean', default: false },
  revoke: { type: 'boolean', default: false },
  'first-name': { type: 'string' },
  'last-name': { type: 'string' },
  'may-create-tenants': { type: 'boolean', default: false }
} as const
type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values']
type Accounts = AccountService & { erasure: AccountErasure; invitations: InvitationService }
type Command = (accounts: Accounts, email: string, values: Values) => Promise<void>

const TITLES = ['address', 'name', 'state', 'tenants', 'created']

const COMMANDS: Record<string, Command> = {
  async list(accounts) {
    console.log(TITLES.join('\t'))
    let count = 0
    for await (const account of accounts.list()) {
      const { email, first_name, last_name, is_active, operator, tenants, created_at } = account
      const state = is_active ? (operator ? 'operator' : 'active') : 'deactivated'
      console.log([email, `${first_name} ${last_name}`, state, tenants, created_at].map(printable).join('\t'))
      count += 1
    }
    console.error(`${count} ${count === 1 ? 'account' : 'accounts'}`)
  },
  async create(accounts, email, values) {
    const { user, password } = await accounts.create(
      {
        email: checked('the address', NewEmail, email, 'an e-mail address'),
        first_name: checked(
          '--first-name',
          PersonName,
          values['first-name'],
          'a name of 1 to 100 characters'
        ),
        last_name: checked('--last-name', PersonName, values['last-name'], 'a name of 1 to 100 characters')
      },
      values['may-create-tenants']
    )
    say(`Created the account ${user.email}`)
    say(`Its password, shown only here: ${password}`)
    if (values.operator && (await accounts.setOperator(user.email, true)))
      say(`${user.email} is an operator.`)
  },
  async operator(accounts, email, { revoke }) {
    const changed = await accounts.setOperator(email, !revoke)
    if (revoke) say(changed ? `${email} is no longer an operator.` : `${email} was not an operator.`)
    else say(changed ? `${email} is now an operator.` : `${email} was already an operator.`)
  },
  async invite({ invitations }, email, values) {
    const address = checked('the address', NewEmail, email, 'an e-mail address')
    const made = await invitations.inviteToInstallation(address, values['may-create-tenants'])
    if (made === undefined) say(`A mail with a link is on its way to ${address}.`)
    else if (made.link !== null) say(`The link for ${address}, shown only here: ${made.link}`)
    else say(`The token for ${address}, shown only here (POST /api/auth/invitations/accept): ${made.token}`)
  },
  async permit(accounts, email) {
    const changed = await accounts.setMayCreateTenants(email, true)
    say(changed ? `${email} may create tenants.` : `${email} could already create tenants.`)
  },
  async forbid(accounts, email) {
    const changed = await accounts.setMayCreateTenants(email, false)
    say(changed ? `${email} may not create tenants any more.` : `${email} could not create tenants.`)
  },
  async activate(accounts, email) {
    const changed = await accounts.setActive(email, true)
    say(changed ? `${email} can log in again.` : `${email} was already active.`)
  },
  async deactivate(accounts, email) {
    const left = await accounts.listSolelyManaged(email)
    const changed = await accounts.setActive(email, false)
    say(
      changed ? `${email} is deactivated, and all its sessions ended.` : `${email} was already deactivated.`
    )
    warnOf(left)
  },
  async 'reset-password'(accounts, email) {
    say(`The new password of ${email}: ${await accounts.resetPassword(email)}`)
    console.error('All its sessions ended. The password is shown only here; ask the owner to change it.')
  },
  async delete(accounts, email, { yes }) {
    const left = await accounts.listSolelyManaged(email)
    if (!yes) {
      warnOf(left)
      throw new UsageError(`This permanently deletes the account ${email}; confirm with --yes.`)
    }
    await accounts.remove(email)
    say(`${email} is deleted. Its documents and audit entries stay.`)
    warnOf(left)
  },
  async erase(accounts, who, { yes }) {
    const person = await accounts.erasure.find(who)
    const left = person.email === null ? [] : await accounts.listSolelyManaged(person.email)
    if (!yes) {
      warnOf(left)
      throw new UsageError(`This permanently erases ${who} (${person.id}); confirm with --yes.`)
    }
    await accounts.erasure.erase(person)
    say(`${person.id} is erased. Documents and audit entries stay under this id alone.`)
    console.error('docs/OPERATIONS.md says what Kafka, logs and backups still hold, and for how long.')
    warnOf(left)
  }
}

const say = (line: string) => console.log(printable(line))

function checked(what: string, schema: TSchema, value: string | undefined, must: string): string {
  if (value !== undefined && compileCheck(schema)(value).length === 0) return value
  throw new UsageError(`${what} must be ${must}.`)
}

await runCommand(async () => {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: OPTIONS })
  const [name, email = '', ...rest] = positionals
  if (values.help || name === undefined) {
    console.log(HELP)
    process.exitCode = values.help ? 0 : 2
    return
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (command === undefined) throw new UsageError(`There is no command "${name}".\n\n${HELP}`)
  if (rest.length > 0 || (email === '') !== (name === 'list'))
    throw new UsageError(`${name} takes ${name === 'list' ? 'no address' : 'one address'}.\n\n${HELP}`)

  await withInstallation(async (installation) => {
    const { config, main } = installation
    const users = createUserRepository(main)
    const erasure = createAccountErasure({
      users,
      erasures: createErasureRepository(main, osUser()),
      audit: createAuditRepository(main)
    })
    const accounts = createAccountService({
      users,
      administration: createAccountAdministration(main, osUser()),
      passwords: createPasswords(config.auth.passwordHash)
    })
    const invitations = createInvitationService({
      invitations: createInvitationRepository(main),
      links: createAccountLinks(createLinkTokens(config.auth.secrets), config.mail.accountUrl),
      outboxes: installation.outboxes,
      mail: config.mail.transport.kind
    })
    // Recorded by its id: an address in the audit log would have to be found and removed when the person is erased.
    const known = ['create', 'invite', 'list'].includes(name) ? [] : [(await erasure.find(email)).id]
    await installation.record(`users ${name}`, [...known, ...(values.yes ? ['--yes'] : [])])
    await command({ ...accounts, erasure, invitations }, email, values)
  })
})
