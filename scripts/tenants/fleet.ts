import { inPages } from '../../core/pages.js'
import { NIL_UUID } from '../../core/uuid.js'
import type { TenantMigration } from '../../db/main/tenant-migrations-repository.js'
import type { Installation } from '../operator/installation.js'
import { tenantOfId } from '../operator/tenant-of-id.js'

/** An installation's tenants, for the commands that concern all of them. */
export type Fleet = Pick<Installation, 'places' | 'tenantMigrations' | 'newest'>

/** @throws {UsageError} if there is no such tenant */
export const findMigration = ({ tenantMigrations }: Fleet, id: string): Promise<TenantMigration> =>
  tenantOfId(id, (id) => tenantMigrations.findById(id))

/** Everything that `list` returns. */
export const everyMigration = (
  list: (afterId: string, limit: number) => Promise<TenantMigration[]>
): AsyncGenerator<TenantMigration> => inPages(list, ({ id }) => id, NIL_UUID)
