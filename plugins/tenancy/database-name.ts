import { randomUUID } from 'node:crypto'

/**
 * `tenant_` and 32 random hexadecimal digits, for a tenant's database or schema and for its login role. Every login on
 * the server can list the names of databases and roles, so they reveal neither a tenant's name nor its id;
 * `database_name` in the tenant's row connects the two. Names from earlier versions stay.
 */
export function tenantDatabaseName(): string {
  return `tenant_${randomUUID().replaceAll('-', '')}`
}
