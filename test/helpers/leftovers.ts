import type postgres from 'postgres'
import { mainServerNames } from '../../plugins/tenancy/server-names.js'

/** The length of `Strongroom ` and the installation's eight digits. */
const MARK_PREFIX = 19

/**
 * Lists what an installation has on the server without a use (databases of neither a tenant nor a recorded spare,
 * unfinished templates, login roles without a tenant) and what it lacks (databases and roles of ready tenants).
 * @param sql the main database, on that server
 * @param names the installation's names on the server; by default those on the main one
 */
export async function serverLeftovers(
  sql: postgres.Sql,
  mainUrl: string,
  { group, sparePrefix, templatePrefix, markOf } = mainServerNames(mainUrl)
): Promise<string[]> {
  const rows = await sql<{ what: string }[]>`
    select 'spare ' || datname as what from pg_database
      where starts_with(datname, ${sparePrefix}) and datname not in (select database_name from tenant_spares)
    union all select 'template ' || datname from pg_database
      where starts_with(datname, ${templatePrefix}) and datname like '%\_new'
    union all select 'row of spare ' || database_name from tenant_spares
      where database_name not in (select datname from pg_database)
    union all select 'database ' || datname from pg_database
      where starts_with(shobj_description(oid, 'pg_database'), ${markOf('').slice(0, MARK_PREFIX)})
        and datname not in (select database_name from tenants)
    union all select 'role ' || role.rolname from pg_auth_members member
      join pg_roles role on role.oid = member.member join pg_roles parent on parent.oid = member.roleid
      where parent.rolname = ${group} and role.rolname not in (select database_name from tenants)
    union all select 'no database of ' || database_name from tenants
      where status = 'active' and database_name not in (select datname from pg_database)
    union all select 'no role of ' || database_name from tenants
      where status = 'active' and database_name not in (select rolname from pg_roles)`
  return rows.map(({ what }) => what)
}
