import { inPages } from '../../core/pages.js'
import { NIL_UUID } from '../../core/uuid.js'
import type { TenantMigration } from '../../db/main/tenant-migrations-repository.js'
import type { Installation } from '../operator/installation.js'
import { tenantOfId } from '../operator/tenant-of-id.js'

/** The tenants of an installation, as the commands that concern all of them see them. */
export type Fleet = Pick<Installation, 'tenancy' | 'tenantMigrations' | 'newestMigration'>

/** @throws {UsageError} when there is no such tenant */
export const findMigration = ({ tenantMigrations }: Fleet, id: string): Promise<TenantMigration> =>
  tenantOfId(id, (id) => tenantMigrations.findById(id))

/** All that `list` gives. */
export const everyMigration = (
  list: (afterId: string, limit: number) => Promise<TenantMigration[]>
): AsyncGenerator<TenantMigration> => inPages(list, ({ id }) => id, NIL_UUID)
