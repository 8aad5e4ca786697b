import type { OwnLimit } from '../../db/tenant/usage-repository.js'
import { osUser } from '../operator/record-command.js'
import type { Installation } from './installation.js'

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
    throw new Error('Limits are set for one tenant: name it with --tenant.')
  for await (const tenant of installation.tenants(options.tenant)) {
    const by = { tenantId: tenant.id, osUser: osUser() }
    if (change)
      await installation.outboxes.record(tenant.id, () =>
        installation.tenancy.withTenant(tenant, (store) => store.usage.setLimits({ documents, bytes }, by))
      )
    const usage = await installation.tenancy.withTenant(tenant, async (store) => {
      return store.usage.read(installation.config.limits)
    })
    console.log(
      `${tenant.name} (${tenant.id}): ${usage.documents} documents of ${usage.limits.documents ?? 'any number'}, ` +
        `${usage.files} files with ${usage.bytes} bytes of ${usage.limits.bytes ?? 'any number'}`
    )
  }
  return 0
}

function parseLimit(option: string, text: string | undefined): OwnLimit | undefined {
  if (text === undefined || text === 'none' || text === 'default') return text
  const number = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(number)) return number
  throw new Error(`${option} must be a number, "none" or "default", not "${text}".`)
}
