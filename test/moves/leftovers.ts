import type { TwoServers } from './servers.js'

/** What moves have left of a tenant outside its current place: databases, roles and schemas. */
export async function leftoversOf(installation: TwoServers, tenantId: string): Promise<string[]> {
  const { sql, config, secondUrl, databaseSql } = installation
  const [tenant] = await sql<{ place: string; base: string }[]>`
    select database_name as place, regexp_replace(database_name, '_g[0-9]+(_[0-9a-f]{8})?$', '') as base from tenants
    where id = ${tenantId}`
  if (tenant === undefined) throw new Error('The tenant is gone')
  const { place, base } = tenant
  const hex = tenantId.replaceAll('-', '')
  const found = await sql<{ name: string }[]>`
    select 'database ' || datname as name from pg_database where starts_with(datname, ${base}) and datname <> ${place}
    union all select 'role ' || rolname from pg_roles where starts_with(rolname, ${base}) and rolname <> ${place}`
  const databases = [config.database.url, secondUrl].map((url) => new URL(url).pathname.slice(1))
  const own = await sql`select from pg_database where datname = ${place}`
  if (own.length > 0) databases.push(place)
  const schemas = await Promise.all(
    databases.map(async (database) => {
      // Closed at once: some tests call this hundreds of times.
      const client = databaseSql(database)
      const names = await client<{ name: string }[]>`
        select 'schema ' || nspname as name from pg_namespace
        where nspname like ${`move%_${hex}_%`} or (starts_with(nspname, ${base}) and nspname <> ${place})`
      await client.end()
      return names
    })
  )
  return [...found, ...schemas.flat()].map(({ name }) => name)
}
