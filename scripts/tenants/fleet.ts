import type { TenantMigration } from '../../db/main/tenant-migrations-repository.js'
import type { Installation } from '../operator/installation.js'
import { tenantOfId } from '../operator/tenant-of-id.js'

/** An installation's tenants, for the commands that concern all of them. */
export type Fleet = Pick<Installation, 'places' | 'tenantMigrations' | 'newest'>

/** @throws {UsageError} if there is no such tenant */
export const findMigration = ({ tenantMigrations }: Fleet, id: string): Promise<TenantMigration> =>
  tenantOfId(id, (id) => tenantMigrations.findById(id))
