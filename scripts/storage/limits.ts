import type { OwnLimit } from '../../db/tenant/usage-repository.js'
import type { Installation } from '../operator/installation.js'
import { printable } from '../operator/printable.js'
import { osUser } from '../operator/record-command.js'
import { UsageError } from '../operator/run.js'
import { activeTenants } from '../operator/active-tenants.js'

interface LimitOptions {
  tenant?: string | undefined
  documents?: string | undefined
  bytes?: string | undefined
}

/** @returns the exit code */
export async function showLimits(installation: Installation, options: LimitOptions): Promise<number> {
  const documents = parseLimit('--documents', options.documents)
  const bytes = parseLimit('--bytes', options.bytes)
  const change = documents !== undefined || bytes !== undefined
  if (change && options.tenant === undefined)
    throw new UsageError('Limits are set for one tenant: name it with --tenant.')
  for await (const tenant of activeTenants(installation, options.tenant)) {
    const { router, places, config, outboxes } = installation
    const by = { tenantId: tenant.id, osUser: osUser() }
    if (change)
      await outboxes.record(tenant.id, () =>
        places.asOwner(tenant, (store) => store.usage.setLimits({ documents, bytes }, by))
      )
    const usage = await router.withTenant(tenant, (store) => store.usage.read(config.limits))
    console.log(
      `${printable(tenant.name)} (${tenant.id}): ${usage.documents} documents (limit: ${usage.limits.documents ?? 'none'}), ` +
        `${usage.files} files, ${usage.bytes} bytes (limit: ${usage.limits.bytes ?? 'none'})`
    )
  }
  return 0
}

function parseLimit(option: string, text: string | undefined): OwnLimit | undefined {
  if (text === undefined || text === 'none' || text === 'default') return text
  const number = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(number)) return number
  throw new UsageError(`${option} must be a number, "none" or "default", not "${text}".`)
}
