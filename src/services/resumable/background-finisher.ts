import type { MemberRepository } from '../../../db/main/members-repository.js'
import type { TenantRepository } from '../../../db/main/tenants-repository.js'
import { createBackgroundLine } from '../../../core/concurrency/background-line.js'
import { AppError } from '../../../core/errors.js'
import type { TenantRef } from '../../../plugins/tenancy/router.js'
import { createFinisher, type FinisherDependencies } from './finisher.js'

/** How many uploads a process finishes concurrently: each may have to be read completely. */
const AT_ONCE = 2
/** Maximum number of uploads in line. The sweeper finds those that do not fit. */
const WAITING = 100

export interface BackgroundFinisherDependencies extends FinisherDependencies {
  tenants: Pick<TenantRepository, 'findById'>
  members: Pick<MemberRepository, 'findRole'>
  log: { info(fields: object, message: string): void; warn(fields: object, message: string): void }
}

export type BackgroundFinisher = ReturnType<typeof createBackgroundFinisher>

/** Finishes complete uploads for which no client waits, a few at a time. */
export function createBackgroundFinisher(dependencies: BackgroundFinisherDependencies) {
  const { router, tenants, members, log } = dependencies
  const finisher = createFinisher(dependencies)
  const line = createBackgroundLine({ atOnce: AT_ONCE, waiting: WAITING })

  /** @throws {AppError} INSUFFICIENT_ROLE, which is final; TENANT_INACTIVE while the tenant is not active */
  async function mayCommit(tenantId: string, userId: string): Promise<void> {
    const tenant = await tenants.findById(tenantId)
    if (tenant?.is_active !== true || tenant.status !== 'active') throw new AppError('TENANT_INACTIVE')
    const role = await members.findRole(tenantId, userId)
    if (role === null || role === 'viewer') throw new AppError('INSUFFICIENT_ROLE')
  }

  async function finish(tenant: TenantRef, id: string): Promise<void> {
    const fields = { tenant_id: tenant.id, upload_id: id }
    try {
      const finishing = { mayCommit: ({ user_id }: { user_id: string }) => mayCommit(tenant.id, user_id) }
      const document = await finisher.finish(tenant, id, finishing, line.signal)
      if (document !== null) log.info({ ...fields, document_id: document.id }, 'finished an upload')
    } catch (error) {
      const waits = error instanceof AppError && error.code === 'TENANT_INACTIVE'
      if (!line.signal.aborted && !waits)
        log.warn({ ...fields, err: error }, 'an upload could not be finished')
    }
  }

  /** Puts an upload in line, without waiting for it. If the line is full, the next sweep starts it. */
  function start(tenant: TenantRef, id: string): void {
    line.start(tenant.id, id, () => finish(tenant, id))
  }

  return {
    start,
    /** Starts the complete uploads that no process is finishing, and prunes ended ones. */
    async sweep(tenant: TenantRef): Promise<void> {
      const unfinished = await router.withTenant(tenant, async ({ uploadSessions }) => {
        await uploadSessions.prune()
        return uploadSessions.listUnfinished(WAITING)
      })
      for (const id of unfinished) start(tenant, id)
    },
    /** Stops the work under way and gives back the leases; another process finishes those uploads. */
    close: (): Promise<void> => line.close(new AppError('SHUTTING_DOWN'))
  }
}
