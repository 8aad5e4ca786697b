import { createClient } from '../../db/client.js'
import {
  createTenantAdministration,
  type ListedTenant,
  type TenantAdministration
} from '../../db/main/tenant-administration.js'
import { UsageError } from '../operator/run.js'
import { operatorSettings } from '../operator/settings.js'

/** Runs work on the main database's tenants. */
export async function withAdministration<T>(work: (tenants: TenantAdministration) => Promise<T>): Promise<T> {
  const client = createClient(operatorSettings().database, { max: 1, applicationName: 'strongroom-tenants' })
  try {
    return await work(createTenantAdministration(client))
  } finally {
    await client.close()
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** @throws {UsageError} if there is no such tenant */
export async function findTenant(tenants: TenantAdministration, id: string): Promise<ListedTenant> {
  const tenant = UUID.test(id) ? await tenants.findById(id) : null
  if (tenant === null)
    throw new UsageError(`No tenant has the id ${id}; npm run tenants -- list shows all of them.`)
  return tenant
}

/** A single word for the state: a deletion can be undone until the purge. */
export function stateOf({ status, deleted_at, is_active }: ListedTenant): string {
  if (status !== 'active') return status
  if (deleted_at !== null) return 'deleted'
  return is_active ? 'active' : 'deactivated'
}
