import { createTenantRepository } from '../../db/main/tenants-repository.js'
import * as tables from '../../db/main/schema.js'
import { defineEventLogRepository, type EventLogRepository } from '../../db/event-log-repository.js'
import { activeTenants } from '../operator/active-tenants.js'
import type { Installation } from '../operator/installation.js'
import { tenantOfId } from '../operator/tenant-of-id.js'

/** The name of the main database's log in commands. A tenant's log is named by the tenant's id. */
export const MAIN = 'main'

type WorkOnLog<T> = (log: EventLogRepository) => Promise<T>

/** Runs work on one log. @param name a tenant's id, or "main" */
export async function inLog<T>({ main, router }: Installation, name: string, work: WorkOnLog<T>): Promise<T> {
  if (name === MAIN) return work(defineEventLogRepository(tables)(main.sql))
  const tenants = createTenantRepository(main)
  const tenant = await tenantOfId(name, (id) => tenants.findById(id))
  return router.withTenant(tenant, (store) => work(store.eventLog))
}

/** Runs work on the main log and on those of all tenants that are ready, one by one. */
export async function* inEveryLog<T>(
  installation: Installation,
  work: WorkOnLog<T>
): AsyncGenerator<[name: string, result: T]> {
  yield [MAIN, await inLog(installation, MAIN, work)]
  for await (const tenant of activeTenants(installation))
    yield [tenant.id, await installation.router.withTenant(tenant, (store) => work(store.eventLog))]
}
