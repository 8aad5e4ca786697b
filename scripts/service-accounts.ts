/** `npm run service-accounts`: the programs that may use the installation, and their keys. */
import { randomUUID } from 'node:crypto'
import { parseArgs } from 'node:util'
import { parseApiKey } from '../core/api-key.js'
import { isNetwork } from '../core/networks.js'
import { inPagesById } from '../core/pages.js'
import { SCOPES, SCOPE_NAMES, TENANT_SCOPES, type Scope } from '../core/scopes.js'
import { isUuid } from '../core/uuid.js'
import { compileCheck } from '../core/validation/check.js'
import { createApiKeyRepository, type ServiceRef } from '../db/main/api-keys-repository.js'
import { createInstallationServiceRepository } from '../db/main/installation-services-repository.js'
import { ServiceName } from '../src/schemas/service-accounts.js'
import { createApiKeyService, type KeyRequest } from '../src/services/service-accounts/api-key-service.js'
import { table } from './events/table.js'
import { withInstallation, type Installation } from './operator/installation.js'
import { printable } from './operator/printable.js'
import { osUser } from './operator/record-command.js'
import { runCommand, UsageError } from './operator/run.js'
import { moment } from './operator/moment.js'
import { warnOf } from './operator/unmanaged-tenants.js'

const HELP = `Usage: npm run service-accounts -- <command> [options]

  create NAME --may SCOPES   creates a service account of the installation with a key, and prints the key. It becomes
                             admin of the tenants that it creates
  list                       lists the service accounts of the installation: id, name, state, keys, tenants, creation
  keys ID                    lists the keys of a service account (of a tenant's, too), without their secrets
  keys ID --add --may SCOPES adds a key, and prints it
  revoke ID                  revokes a key (its id, or the whole key), or all keys of a service account; works within a
                             second, everywhere
  delete ID                  deletes a service account of the installation, with its keys

  --may SCOPES               what the key may be used for, separated by commas:
${SCOPE_NAMES.map((name) => `                               ${name.padEnd(16)} ${SCOPES[name]}`).join('\n')}
  --key-name NAME            the key's name; default: first
  --expires WHEN             90d, 12h, or a date and time such as 2027-01-31T09:30:00Z; default: never
  --networks CIDRS           the networks that may use it, separated by commas; default: all
  --yes                      confirms a deletion
  --help                     this text

A tenant's admins create its service accounts over the API. Works on the database of DATABASE_URL (environment or .env),
or on that of the \`npm start\` running on DATA_DIR. Exits with 1 if something failed, and with 2 if the usage was wrong.`

const OPTIONS = {
  help: { type: 'boolean', short: 'h', default: false },
  add: { type: 'boolean', default: false },
  may: { type: 'string' },
  'key-name': { type: 'string', default: 'first' },
  expires: { type: 'string' },
  networks: { type: 'string' },
  yes: { type: 'boolean', default: false }
} as const
type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values']

const BY_OPERATOR = { userId: null, ip: null, onBehalfOf: null }
const SHOWN = 100

function openServices({ main, outboxes }: Installation) {
  const services = createInstallationServiceRepository(main)
  const apiKeys = createApiKeyRepository(main)
  const accessChanges = { sessionChanged: () => undefined }
  const keys = createApiKeyService({ apiKeys, outboxes, accessChanges })

  /** @throws {UsageError} if there is none */
  async function find(id: string): Promise<ServiceRef & { name: string }> {
    const found = isUuid(id) ? await services.find(id) : null
    if (found === null)
      throw new UsageError(`There is no service account ${id}; npm run service-accounts -- list shows them.`)
    return { serviceId: found.id, tenantId: found.owner_tenant_id, name: found.name }
  }

  return {
    async create(name: string, values: Values): Promise<void> {
      const request = keyRequest(values, SCOPE_NAMES)
      const id = randomUUID()
      await services.insert({ id, name: checkedName('the name', name) }, osUser())
      say(`Created the service account ${name} (${id})`)
      await addKey({ serviceId: id, tenantId: null }, request)
    },
    async list(): Promise<void> {
      const rows: string[][] = []
      for await (const one of inPagesById((after, limit) => services.listAfter(after, limit))) {
        const state = one.is_active ? 'active' : 'deactivated'
        rows.push([one.id, one.name, state, String(one.keys), String(one.tenants), one.created_at])
      }
      if (rows.length > 0) console.log(table(['id', 'name', 'state', 'keys', 'tenants', 'created'], rows))
      console.error(
        `${rows.length} ${rows.length === 1 ? 'service account' : 'service accounts'} of the installation`
      )
    },
    async keys(id: string, values: Values): Promise<void> {
      const service = await find(id)
      if (values.add)
        return addKey(service, keyRequest(values, service.tenantId === null ? SCOPE_NAMES : TENANT_SCOPES))
      const { items, total } = await keys.list(service, { limit: SHOWN, offset: 0 })
      const rows = items.map((key) => [
        ...[key.id, key.name, stateOf(key), key.scopes.join(',')],
        ...[key.networks?.join(',') ?? 'anywhere', key.expires_at ?? 'never', key.last_used_at ?? 'never']
      ])
      if (rows.length > 0)
        console.log(table(['id', 'name', 'state', 'scopes', 'networks', 'expires', 'last used'], rows))
      console.error(`${total} ${total === 1 ? 'key' : 'keys'} of ${printable(service.name)}`)
    },
    async revoke(given: string): Promise<void> {
      const id = parseApiKey(given)?.id ?? given
      const service = await apiKeys.findService(id)
      if (service !== null) {
        await keys.revoke(service, id, BY_OPERATOR)
        say(`The key ${id} is revoked.`)
        return
      }
      const revoked = await keys.revokeAll(await find(id), BY_OPERATOR)
      say(
        `${revoked} ${revoked === 1 ? 'key is' : 'keys are'} revoked. The service account stays, without keys.`
      )
    },
    async delete(id: string, { yes }: Values): Promise<void> {
      const { tenantId, name } = await find(id)
      if (tenantId !== null)
        throw new UsageError(
          `${name} belongs to the tenant ${tenantId}, whose admins delete it over the API.`
        )
      const left = await services.listSolelyManaged(id)
      if (!yes) {
        warnOf(left)
        throw new UsageError(`This permanently deletes the service account ${name}; confirm with --yes.`)
      }
      await services.remove(id, osUser())
      say(`${name} is deleted, with its keys. Its documents and audit entries stay.`)
      warnOf(left)
    }
  }

  async function addKey(service: ServiceRef, request: KeyRequest): Promise<void> {
    const { id, key } = await keys.create(service, request, BY_OPERATOR)
    say(`Created the key ${id}`)
    say(`The key, shown only here: ${key}`)
  }
}

function stateOf({
  revoked_at,
  expires_at
}: {
  revoked_at: string | null
  expires_at: string | null
}): string {
  if (revoked_at !== null) return 'revoked'
  return expires_at !== null && Date.parse(expires_at) <= Date.now() ? 'expired' : 'good'
}

/** @throws {UsageError} */
function keyRequest(values: Values, allowed: readonly Scope[]): KeyRequest {
  const scopes = listOf(values.may)
  const wrong = scopes.find((scope) => !(allowed as readonly string[]).includes(scope))
  if (scopes.length === 0 || wrong !== undefined)
    throw new UsageError(
      `--may takes some of ${allowed.join(', ')}${wrong === undefined ? '.' : `, not ${wrong}.`}`
    )
  const networks = listOf(values.networks)
  const unknown = networks.find((network) => !isNetwork(network))
  if (unknown !== undefined)
    throw new UsageError(`--networks takes networks such as 203.0.113.0/24, not ${unknown}.`)
  return {
    name: checkedName('--key-name', values['key-name']),
    scopes: scopes as Scope[],
    ...(networks.length > 0 && { networks }),
    ...(values.expires !== undefined && { expires_at: moment('--expires', values.expires) })
  }
}

const listOf = (text = '') => text.split(',').flatMap((part) => part.trim() || [])
const say = (line: string) => console.log(printable(line))

function checkedName(what: string, name: string): string {
  const isName = compileCheck(ServiceName)(name).length === 0
  if (!isName) throw new UsageError(`${what} must have 1 to 100 characters.`)
  return name
}

await runCommand(async () => {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: OPTIONS })
  const [name, subject = '', ...rest] = positionals
  if (values.help || name === undefined) {
    console.log(HELP)
    process.exitCode = values.help ? 0 : 2
    return
  }
  if (!['create', 'list', 'keys', 'revoke', 'delete'].includes(name))
    throw new UsageError(`There is no command "${name}".\n\n${HELP}`)
  if (rest.length > 0 || (subject === '') !== (name === 'list'))
    throw new UsageError(
      `${name} takes ${name === 'list' ? 'nothing' : name === 'create' ? 'one name' : 'one id'}.`
    )

  await withInstallation(async (installation) => {
    const services = openServices(installation)
    await installation.record(`service-accounts ${name}`, process.argv.slice(3))
    if (name === 'create') await services.create(subject, values)
    else if (name === 'list') await services.list()
    else if (name === 'keys') await services.keys(subject, values)
    else if (name === 'revoke') await services.revoke(subject)
    else await services.delete(subject, values)
  })
})
