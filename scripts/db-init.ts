/** `npm run db:init`: sets up the database of a new installation. */
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import type { TSchema } from '@sinclair/typebox'
import { createTenantKeyRepository } from '../db/main/tenant-keys-repository.js'
import { createTenantRepository } from '../db/main/tenants-repository.js'
import { createUserRepository, type User } from '../db/main/users-repository.js'
import { prepareMainDatabase } from '../db/prepare-main-database.js'
import { createPasswords } from '../plugins/auth/passwords.js'
import { compileCheck } from '../core/validation/check.js'
import { storedName } from '../core/validation/names.js'
import { MAX_TENANT_NAME_LENGTH, TenantName } from '../src/schemas/tenants.js'
import { NewEmail, NewPassword, PersonName } from '../src/schemas/users.js'
import { randomPassword } from '../src/services/users/account-service.js'
import { toEmailAddress } from '../src/services/auth/email.js'
import { byOperator, createRegister } from '../src/services/auth/registration.js'
import { createServerChoice } from '../src/services/tenants/server-choice.js'
import { createTenantService } from '../src/services/tenants/tenant-service.js'
import { withInstallation, type Installation } from './operator/installation.js'
import { printableLines } from './operator/printable.js'
import { runCommand, UsageError } from './operator/run.js'

const HELP = `Usage: npm run db:init -- [--admin-email EMAIL] [options]

Creates the main database if it is missing and applies all migrations. With --admin-email it also creates a first
account, which may create tenants, and with --tenant a tenant with that account as its admin. Existing accounts and
tenants stay unchanged, so it is safe to run again.

  --admin-email EMAIL      the address of the account, for logging in
  --admin-first-name NAME  default: Admin
  --admin-last-name NAME   default: Admin
  --password-stdin         reads the password from standard input; otherwise a random one is generated and printed
  --tenant NAME            the tenant's name
  --server NAME            the database server of a new tenant; default: the one with the most room

Works on the database of DATABASE_URL (environment or .env), or on that of the \`npm start\` running on DATA_DIR.`

const OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  'admin-email': { type: 'string' },
  'admin-first-name': { type: 'string', default: 'Admin' },
  'admin-last-name': { type: 'string', default: 'Admin' },
  'password-stdin': { type: 'boolean', default: false },
  tenant: { type: 'string' },
  server: { type: 'string' }
} as const

const say = (line: string) => console.log(printableLines(line))

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values']

function check(option: keyof Values, schema: TSchema, value: string, must: string): string {
  if (compileCheck(schema)(value).length === 0) return value
  throw new UsageError(`--${option} must be ${must}.`)
}

async function ensureAdmin(
  { config, main, outboxes }: Installation,
  email: string,
  values: Values
): Promise<User> {
  const users = createUserRepository(main)
  const existing = await users.findByEmail(toEmailAddress(email))
  if (existing !== null) {
    say(`The account ${existing.email} already exists; nothing was changed.`)
    return existing
  }
  const given = values['password-stdin'] ? (await text(process.stdin)).replace(/\r?\n$/, '') : undefined
  const password = check(
    'password-stdin',
    NewPassword,
    given ?? randomPassword(),
    'of at least 8 characters when it is given'
  )
  const register = createRegister({
    users,
    passwords: createPasswords(config.auth.passwordHash),
    recordMain: (work) => outboxes.recordMain(work)
  })
  const names = {
    first_name: check(
      'admin-first-name',
      PersonName,
      values['admin-first-name'],
      'a name of 1 to 100 characters'
    ),
    last_name: check(
      'admin-last-name',
      PersonName,
      values['admin-last-name'],
      'a name of 1 to 100 characters'
    )
  }
  const user = await register({ email, password, ...names }, byOperator(true), null)
  say(`Created the account ${user.email}`)
  if (given === undefined) say(`Its password, shown only here: ${password}`)
  return user
}

async function ensureTenant(
  { main, places, servers, outboxes }: Installation,
  admin: User,
  name: string,
  server: string | undefined
): Promise<void> {
  const tenants = createTenantRepository(main)
  const existing = await tenants.findByNameOfAdmin(
    storedName(name, '--tenant', MAX_TENANT_NAME_LENGTH),
    admin.id
  )
  if (existing !== null) {
    say(`The tenant ${existing.name} (${existing.id}) already exists; nothing was changed.`)
    return
  }
  const service = createTenantService({
    tenantsPerAccount: null,
    mayCreate: async () => true,
    tenants,
    tenantKeys: createTenantKeyRepository(main),
    places,
    chooseServer: createServerChoice({ servers, places }),
    outboxes,
    accessChanges: { tenantChanged: () => undefined }
  })
  const { tenant } = await service.create(name, { userId: admin.id, ip: null, onBehalfOf: null }, { server })
  say(`Created the tenant ${tenant.name} (${tenant.id}) with the database ${tenant.database_name}`)
}

await runCommand(async () => {
  const { values } = parseArgs({ options: OPTIONS })
  if (values.help === true) {
    say(HELP)
    return
  }
  const email = values['admin-email']
  if (email === undefined && values.tenant !== undefined)
    throw new UsageError('--tenant needs --admin-email, the address of its admin.')
  if (email !== undefined) check('admin-email', NewEmail, email, 'an e-mail address')
  if (values.tenant !== undefined) check('tenant', TenantName, values.tenant, 'a name of 1 to 255 characters')

  await withInstallation(async (installation) => {
    await prepareMainDatabase(installation.config, say)
    // Without the account's address and names, which would have to be found and removed when the person is erased.
    const { tenant, server } = values
    await installation.record('db:init', [
      ...(tenant === undefined ? [] : ['--tenant', tenant]),
      ...(server === undefined ? [] : ['--server', server])
    ])
    if (email !== undefined) {
      const admin = await ensureAdmin(installation, email, values)
      if (values.tenant !== undefined) await ensureTenant(installation, admin, values.tenant, values.server)
    }
    say('The database is ready.')
  })
})
