import type { Installation } from '../operator/installation.js'
import { printable } from '../operator/printable.js'
import { activeTenants } from '../operator/active-tenants.js'

/** @returns the exit code */
export async function recount(installation: Installation, tenantId: string | undefined): Promise<number> {
  for await (const tenant of activeTenants(installation, tenantId)) {
    const [before, after] = await installation.router.withTenant(tenant, async (store) => {
      const read = () => store.usage.read(installation.config.limits)
      const before = await read()
      await store.usage.recount()
      return [before, await read()]
    })
    const same = (['documents', 'files', 'bytes'] as const).every((what) => before[what] === after[what])
    console.log(
      `${printable(tenant.name)} (${tenant.id}): ${after.documents} documents, ${after.files} files, ${after.bytes} bytes` +
        (same ? '' : ` (was ${before.documents}, ${before.files}, ${before.bytes})`)
    )
  }
  return 0
}
