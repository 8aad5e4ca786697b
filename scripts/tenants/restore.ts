import { parseArgs } from 'node:util'
import { SingleBar } from 'cli-progress'
import { createTenantAdministration, type ListedTenant } from '../../db/main/tenant-administration.js'
import { createHashing } from '../../plugins/hashing/hashing.js'
import { createTenantRestore, type RestorePlan } from '../../src/services/archives/restore-tenant.js'
import type { MoveOutcome, MovePlan } from '../../src/services/tenants/tenant-move.js'
import { withInstallation, type Installation } from '../operator/installation.js'
import { printable } from '../operator/printable.js'
import { UsageError } from '../operator/run.js'
import { findTenant } from './administration.js'
import { openArchive, type ArchiveFile } from './archive-file.js'
import type { TenantCommand } from './command.js'
import { movingOf } from './moving.js'
import { stopOnInterrupt } from './stop-on-interrupt.js'

/** Milliseconds between lines of progress without a terminal. */
const ELSEWHERE_MS = 10_000

/** Restores a tenant's documents and files from an archive of the tenant. */
export const restore: TenantCommand = {
  help: `  restore ID FILE    restores a tenant's documents and files from an export of it while the tenant is in use; at the
                     end, its writers wait for some milliseconds. Newer documents are removed, so export the tenant first
                     if in doubt. Members, limits, webhooks and the event log stay as they are. Everything in the archive
                     is checked before anything is changed. Ctrl-C leaves the tenant as it is; if this command is
                     killed, the worker cleans up
    --dry-run        only check the archive, and report what would change`,

  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { 'dry-run': { type: 'boolean', default: false } }
    })
    const [id = '', path = '', ...rest] = positionals
    if (id === '' || path === '' || rest.length > 0)
      throw new UsageError('restore takes the id of one tenant, and a file.')
    const file = path === '-' ? null : await openArchive(path)
    if (file?.isRepeatable !== true)
      throw new UsageError('restore reads the archive twice: save it to a file, and name that.')
    return withInstallation(async (installation) => {
      const tenant = await findTenant(createTenantAdministration(installation.main), id)
      await installation.record('tenants restore', args)
      const hashing = createHashing()
      const bar = new SingleBar({
        format: '{bar} {step}, {value} of about {total} {unit}',
        ...{ noTTYOutput: true, notTTYSchedule: ELSEWHERE_MS, clearOnComplete: true }
      })
      try {
        return await restoreFrom(file, installation, tenant, hashing, bar, values['dry-run'])
      } finally {
        bar.stop()
        await hashing.close()
      }
    })
  }
}

async function restoreFrom(
  file: ArchiveFile,
  installation: Installation,
  tenant: ListedTenant,
  hashing: ReturnType<typeof createHashing>,
  bar: SingleBar,
  dryRun: boolean
): Promise<number> {
  const moving = movingOf(installation)
  const service = createTenantRestore({
    ...{ moving, hashing, router: installation.router },
    storage: await installation.storage()
  })
  const reading = (step: string) =>
    async function* (): AsyncGenerator<Buffer, void> {
      bar.start(file.size, 0, { step, unit: 'bytes' })
      for await (const chunk of file.read()) {
        bar.increment(chunk.length)
        yield chunk
      }
    }

  const possible = await moving.plan(tenant.id, null)
  if (possible.outcome !== 'possible') throw new UsageError(reasonOf(possible, tenant))
  const plan = await service.plan(tenant, reading('checking the archive'))
  bar.stop()
  console.log(textOf(plan, tenant))
  if (dryRun) return 0
  const stop = stopOnInterrupt('Undoing the restore; press Ctrl-C again to leave that to the worker.')
  const outcome = await service.restore(tenant, reading('storing objects'), plan.manifest, {
    signal: stop,
    onProgress({ step, rows, total }) {
      if (step === 'preparing') bar.start(0, 0, { step, unit: 'rows' })
      bar.setTotal(Math.max(rows, Math.round(total)))
      bar.update(rows, { step })
    }
  })
  bar.stop()
  if (outcome.outcome !== 'moved') throw new UsageError(reasonOf(outcome, tenant))
  console.log(
    `Restored; writers waited for ${outcome.rows.pauseMs.toFixed(0)} ms. Its earlier content is kept for ` +
      'TENANT_MOVE_GRACE: see "Restoring one tenant" in docs/OPERATIONS.md.'
  )
  return 0
}

const nameOf = ({ id, name }: ListedTenant) => `${printable(name)} (${id})`

function textOf({ manifest, documents }: RestorePlan, tenant: ListedTenant): string {
  const { missing, changed, same, newer } = documents
  const { rows, exported_at } = manifest
  const lost =
    rows.lost > 0 ? `\nThe content of ${rows.lost} files was missing or damaged when it was exported.` : ''
  return (
    `${nameOf(tenant)} as of ${exported_at}: ${rows.documents} documents, ${rows.files} files. ` +
    `Compared with now, ${missing} documents come back, ${changed} change, ${same} stay, ${newer} newer ones are removed.` +
    lost
  )
}

function reasonOf({ outcome }: MoveOutcome | MovePlan, tenant: ListedTenant): string {
  const why =
    outcome === 'moving'
      ? 'is being moved or restored by another process; if that was killed, try again in a minute'
      : outcome === 'missing'
        ? 'no longer exists'
        : 'is not ready, or is being purged'
  return `${nameOf(tenant)} ${why}.`
}
