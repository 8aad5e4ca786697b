import { randomUUID } from 'node:crypto'

/**
 * `tenant_` and 32 random hexadecimal digits, for a tenant's database or schema and for its login role. Everybody who
 * has a login on the server can list the names of databases and roles, so they tell neither a tenant's name nor its
 * id; `database_name` in the tenant's row is what leads from one to the other. Names of earlier versions stay.
 */
export function tenantDatabaseName(): string {
  return `tenant_${randomUUID().replaceAll('-', '')}`
}
