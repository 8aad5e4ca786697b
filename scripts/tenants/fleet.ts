import type { TenantMigration } from '../../db/main/tenant-migrations-repository.js'
import type { Installation } from '../operator/installation.js'
import { tenantOfId } from '../operator/tenant-of-id.js'

/** The tenants of an installation, as the commands that concern all of them see them. */
export type Fleet = Pick<Installation, 'tenancy' | 'tenantMigrations' | 'newestMigration'>

/** @throws {UsageError} when there is no such tenant */
export const findMigration = ({ tenantMigrations }: Fleet, id: string): Promise<TenantMigration> =>
  tenantOfId(id, (id) => tenantMigrations.findById(id))

const PAGE = 500
/** The nil UUID, which no tenant has. */
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000'

/** All that `list` gives, page by page. A tenant that is changed on the way neither comes twice nor is left out. */
export async function* inPages(
  list: (afterId: string, limit: number) => Promise<TenantMigration[]>
): AsyncGenerator<TenantMigration> {
  let after = BEFORE_ALL
  for (;;) {
    const page = await list(after, PAGE)
    yield* page
    const last = page.at(-1)
    if (last === undefined) return
    after = last.id
  }
}
