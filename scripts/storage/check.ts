import { createObjectRemoval } from '../../src/services/files/object-removal.js'
import { createStorageCheck, type CheckCounts } from '../../src/services/files/storage-check.js'
import type { Installation } from '../operator/installation.js'
import { printable } from '../operator/printable.js'
import { showCount } from './count-progress.js'
import { activeTenants } from '../operator/active-tenants.js'

/** @returns the exit code: 1 if something was found and not repaired; lost bytes cannot be repaired */
export async function checkStorage(
  installation: Installation,
  tenantId: string | undefined,
  repair: boolean
): Promise<number> {
  const { router, change } = installation
  const storage = await installation.storage()
  const removal = createObjectRemoval({
    router,
    storage,
    onPostponed: (error, key) =>
      console.error(printable(`  ${key} is left for the worker to remove: ${String(error)}`))
  })
  const check = createStorageCheck({ router, change, storage, removal })
  let tenants = 0
  let found = 0
  let lost = 0
  for await (const tenant of activeTenants(installation, tenantId)) {
    tenants += 1
    const name = `${printable(tenant.name)} (${tenant.id})`
    const counts: CheckCounts = { files: 0, objects: 0, bytes: 0, pending: 0 }
    const progress = showCount(name, () => counts.files + counts.objects)
    try {
      for await (const finding of check.findings(tenant, counts)) {
        found += 1
        if (finding.fileId !== undefined) lost += 1
        progress.interrupt(printable(`  ${finding.kind.padEnd(12)} ${finding.key}`))
        if (repair) await check.repair(tenant, finding)
      }
    } finally {
      progress.stop()
    }
    console.log(
      `${name}: ${counts.files} files, ${counts.objects} objects of ${counts.bytes} bytes, ` +
        `${counts.pending} being stored or removed`
    )
  }
  console.log(`Checked ${tenants} ${tenants === 1 ? 'tenant' : 'tenants'}: ${summary(found, lost, repair)}`)
  return (repair ? lost : found) > 0 ? 1 : 0
}

function summary(found: number, lost: number, repair: boolean): string {
  if (found === 0) return 'nothing is wrong.'
  const stray = found - lost
  const what = `${lost} files whose bytes are lost or changed, ${stray} leftovers.`
  if (!repair) return `${what} --repair removes the leftovers and marks the files.`
  return `${what} The leftovers are removed; the files are marked, and the next upload of their content repairs them.`
}
