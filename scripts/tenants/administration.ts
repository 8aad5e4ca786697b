import {
  createTenantAdministration,
  type ListedTenant,
  type TenantAdministration
} from '../../db/main/tenant-administration.js'
import { withInstallation } from '../operator/installation.js'
import { tenantOfId } from '../operator/tenant-of-id.js'

/** Runs work on the main database's tenants. */
export const withAdministration = <T>(work: (tenants: TenantAdministration) => Promise<T>): Promise<T> =>
  withInstallation(({ main }) => work(createTenantAdministration(main)))

/** @throws {UsageError} if there is no such tenant */
export const findTenant = (tenants: TenantAdministration, id: string): Promise<ListedTenant> =>
  tenantOfId(id, (id) => tenants.findById(id), '; npm run tenants -- list shows all.')

/** A single word for the state: a deletion can be undone until the purge. */
export function stateOf({ status, deleted_at, is_active }: ListedTenant): string {
  if (deleted_at !== null && (status === 'active' || status === 'failed')) return 'deleted'
  if (status !== 'active') return status
  return is_active ? 'active' : 'deactivated'
}
