/** `npm run webhooks`: shows operators the webhooks of tenants, and delivers events again. */
import { parseArgs } from 'node:util'
import { inPagesById } from '../core/pages.js'
import { isUuid } from '../core/uuid.js'
import { createTenantRepository, type Tenant } from '../db/main/tenants-repository.js'
import { createWebhookEndpointRepository } from '../db/main/webhook-endpoints-repository.js'
import { createWebhookOverview, type OverseenWebhook } from '../db/main/webhook-overview.js'
import { table } from './events/table.js'
import { withInstallation, type Installation } from './operator/installation.js'
import { printable, printableJson } from './operator/printable.js'
import { runCommand, UsageError } from './operator/run.js'

const HELP = `Usage: npm run webhooks -- <command> [options]

  list                     lists the webhooks of all tenants: state, id, tenant, host, since when its receiver fails
    --tenant ID            only those of this tenant
    --failing              only those whose receivers fail, and those that were disabled because of that
    --json                 one JSON object per line
  deliveries ID            lists the newest 100 deliveries of a webhook: state, event, attempts, status or error, time
    --state STATE          only those in this state: waiting, delivered or failed
    --json                 one JSON object per line
  redeliver ID [EVENT …]   delivers these events again, or all that failed (the newest 100)

  --help                   this text

URLs are shown without their path, which may hold a secret. Works on the database of DATABASE_URL (environment or .env),
or on that of the \`npm start\` running on DATA_DIR. Exits with 1 if something failed, and with 2 if the usage was wrong.`

const OPTIONS = {
  tenant: { type: 'string' },
  failing: { type: 'boolean', default: false },
  state: { type: 'string' },
  json: { type: 'boolean', default: false }
} as const
const STATES = ['waiting', 'delivered', 'failed'] as const
const SHOWN = 100

const stateOf = ({ enabled, disabled_reason, failing_since }: OverseenWebhook) =>
  enabled ? (failing_since === null ? 'works' : 'fails') : (disabled_reason ?? 'disabled')

async function list(
  { main }: Installation,
  { tenant, failing, json }: { tenant?: string | undefined; failing: boolean; json: boolean }
): Promise<void> {
  const overview = createWebhookOverview(main)
  const rows: string[][] = []
  for await (const webhook of inPagesById((after, limit) => overview.listAfter(after, limit))) {
    const state = stateOf(webhook)
    if (tenant !== undefined && webhook.tenant_id !== tenant.toLowerCase()) continue
    if (failing && (state === 'works' || state === 'disabled')) continue
    const { id, tenant_id, host, failing_since } = webhook
    if (json) console.log(printableJson({ ...webhook, state }))
    else rows.push([state, id, tenant_id, printable(host), failing_since ?? '–'])
  }
  if (json) return
  console.log(rows.length > 0 ? table(['state', 'id', 'tenant', 'host', 'fails since'], rows) : 'None.')
}

/** The webhook with an id that an operator typed, and its tenant. @throws {UsageError} if there is none */
async function find({ main }: Installation, id: string): Promise<{ id: string; tenant: Tenant }> {
  const webhook = isUuid(id) ? await createWebhookOverview(main).find(id) : null
  const tenant = webhook && (await createTenantRepository(main).findById(webhook.tenant_id))
  if (webhook === null || tenant === null)
    throw new UsageError(`There is no webhook ${id}; npm run webhooks -- list shows all of them.`)
  return { id: webhook.id, tenant }
}

async function deliveries(
  installation: Installation,
  given: string,
  { state, json }: { state?: string | undefined; json: boolean }
): Promise<void> {
  const wanted = STATES.find((name) => name === state) ?? null
  if (state !== undefined && wanted === null) throw new UsageError(`--state takes ${STATES.join(', ')}.`)
  const { id, tenant } = await find(installation, given)
  const { items } = await installation.router.withTenant(tenant, (store) =>
    store.webhookDeliveries.list(id, { state: wanted, limit: SHOWN, offset: 0 })
  )
  if (json) {
    for (const { response: _, ...delivery } of items) console.log(printableJson(delivery))
    return
  }
  const rows = items.map(({ state, event_id, event_type, attempts, status, error, updated_at }) => [
    ...[state, event_id, event_type ?? '–', String(attempts), printable(status ?? error ?? '–'), updated_at]
  ])
  console.log(
    rows.length > 0 ? table(['state', 'event', 'type', 'attempts', 'result', 'when'], rows) : 'None.'
  )
}

/** @returns whether all of them will be delivered */
async function redeliver(installation: Installation, given: string, events: string[]): Promise<boolean> {
  const { id, tenant } = await find(installation, given)
  await installation.record('webhooks redeliver', [id, ...events])
  let missing = 0
  let due = 0
  await installation.router.withTenant(tenant, async ({ webhookDeliveries }) => {
    const failed = async () =>
      (await webhookDeliveries.list(id, { state: 'failed', limit: SHOWN, offset: 0 })).items
    const ids = events.length > 0 ? events : (await failed()).map(({ event_id }) => event_id)
    for (const eventId of ids) {
      const { outcome } = isUuid(eventId)
        ? await webhookDeliveries.again(id, eventId)
        : { outcome: 'missing' as const }
      if (outcome === 'due') due += 1
      else {
        missing += 1
        console.error(`${printable(eventId)} was never sent to this webhook, or is no longer kept`)
      }
    }
  })
  if (due > 0) await createWebhookEndpointRepository(installation.main).hasten(tenant.id, id)
  console.log(`${due} ${due === 1 ? 'event' : 'events'} will be delivered again`)
  return missing === 0
}

await runCommand(async () => {
  const [name, ...args] = process.argv.slice(2)
  if (name === undefined || [name, ...args].some((word) => word === '--help' || word === '-h')) {
    console.log(HELP)
    process.exitCode = name === undefined ? 2 : 0
    return
  }
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true })
  const [id = '', ...events] = positionals
  await withInstallation(async (installation) => {
    if (name === 'list' && id === '') return list(installation, values)
    if (name === 'deliveries' && id !== '' && events.length === 0) return deliveries(installation, id, values)
    if (name === 'redeliver' && id !== '') {
      if (!(await redeliver(installation, id, events))) process.exitCode = 1
      return
    }
    throw new UsageError('Unknown command, or wrong arguments; npm run webhooks -- --help shows the usage.')
  }, /^(NODE_ENV|DATABASE_|TENANT_|TENANCY_)/)
})
