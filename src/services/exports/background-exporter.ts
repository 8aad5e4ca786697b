import { randomUUID } from 'node:crypto'
import { createBackgroundLine } from '../../../core/concurrency/background-line.js'
import { LEASE_SECONDS, underLease } from '../../../core/concurrency/renewed-lease.js'
import { AppError } from '../../../core/errors.js'
import type { TenantArchiveRepository } from '../../../db/main/tenant-archive-repository.js'
import type { Tenant } from '../../../db/main/tenants-repository.js'
import type { Change } from '../../../plugins/messaging/change.js'
import type { StorageOfTenants } from '../../../plugins/storage/tenant-storage.js'
import type { Router } from '../../../plugins/tenancy/router.js'
import { archiveBytesAtMost } from '../archives/format.js'
import type { ObjectRemoval } from '../files/object-removal.js'
import { removeStray } from '../files/remove-stray.js'
import { createArchiveWriter } from '../archives/write-archive.js'

/** Maximum concurrent exports of a process: each reads everything that a tenant stores. */
const AT_ONCE = 1
/** Maximum number of exports in line. The sweeper finds those that do not fit. */
const WAITING = 100

export interface BackgroundExporterDependencies {
  router: Router
  storage: StorageOfTenants
  change: Change
  removal: ObjectRemoval
  archives: TenantArchiveRepository
  /** Whether mail is set up. */
  hasMail: boolean
  log: { info(fields: object, message: string): void; warn(fields: object, message: string): void }
}

export type BackgroundExporter = ReturnType<typeof createBackgroundExporter>

/**
 * Makes the exports that admins have requested, one after another. The process leases an export while it makes it. Each
 * attempt writes an archive of its own, whose key is a pending object from before its first byte until the archive
 * expires.
 */
export function createBackgroundExporter(dependencies: BackgroundExporterDependencies) {
  const { router, storage, change, archives, hasMail, log } = dependencies
  const line = createBackgroundLine({ atOnce: AT_ONCE, waiting: WAITING })
  const write = createArchiveWriter({ router, storage, archives })

  /** @returns false if the lease was lost, so another process makes the export now */
  async function makeLeased(tenant: Tenant, id: string, owner: string, key: string): Promise<boolean> {
    const usage = await router.withTenant(tenant, (store) =>
      store.usage.read({ documents: null, bytes: null })
    )
    const atMost = archiveBytesAtMost(usage)
    const renew = () => router.withTenant(tenant, (store) => store.exports.renew(id, owner, LEASE_SECONDS))
    const written = await underLease(
      renew,
      (stop) =>
        write(tenant, (chunks, signal) => storage.of(tenant).putStream(key, chunks, signal, atMost), {
          stop
        }),
      line.signal
    )
    const { outcome } = await change(tenant, (store) => store.exports.finish(id, owner, tenant.id, written))
    return outcome === 'finished'
  }

  async function make(tenant: Tenant, id: string): Promise<void> {
    const fields = { tenant_id: tenant.id, export_id: id }
    const owner = randomUUID()
    const key = `tenants/${tenant.id}/exports/${id}/${owner}.tar`
    try {
      const attempt = await router.withTenant(tenant, (store) =>
        store.exports.lease(id, owner, key, LEASE_SECONDS)
      )
      if (attempt === null) return
      if (await makeLeased(tenant, id, owner, key)) log.info(fields, 'made an export')
      else await removeStray(dependencies, tenant, key)
    } catch (error) {
      if (!line.signal.aborted) log.warn({ ...fields, err: error }, 'an export could not be made')
      // A lease that cannot be given back lapses.
      await router
        .withTenant(tenant, (store) => store.exports.endLease(id, owner, { counts: !line.signal.aborted }))
        .catch(() => undefined)
    }
  }

  /** Puts an export in line, without waiting for it. If the line is full, the next sweep starts the export. */
  function start(tenant: Tenant, id: string): void {
    line.start(tenant.id, id, () => make(tenant, id))
  }

  return {
    start,
    /** Starts the exports that no process is making, and prunes old ones. */
    async sweep(tenant: Tenant): Promise<void> {
      const due = await router.withTenant(tenant, async ({ exports }) => {
        await exports.prune()
        return exports.listDue()
      })
      for (const { id } of due) start(tenant, id)
    },
    /** Mails an admin that an export is ready. */
    async mailReady(tenantId: string, userId: string): Promise<void> {
      if (hasMail) await archives.mailReady(tenantId, userId)
    },
    /** Stops the exports under way and gives back their leases; another process starts them again. */
    close: (): Promise<void> => line.close(new AppError('SHUTTING_DOWN'))
  }
}
