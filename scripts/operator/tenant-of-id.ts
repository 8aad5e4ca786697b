import { isUuid } from '../../core/uuid.js'
import { UsageError } from './run.js'

/**
 * The tenant with an id that an operator typed.
 * @param find looks it up
 * @param otherwise ends the sentence "There is no tenant …"
 * @throws {UsageError} if there is no such tenant
 */
export async function tenantOfId<Tenant>(
  id: string,
  find: (id: string) => Promise<Tenant | null>,
  otherwise = ' that is ready; npm run tenants -- list shows all of them.'
): Promise<Tenant> {
  const tenant = isUuid(id) ? await find(id) : null
  if (tenant === null) throw new UsageError(`There is no tenant ${id}${otherwise}`)
  return tenant
}
