const MAX_IDENTIFIER_BYTES = 63

/**
 * `tenant_{slug}_{uuid8}`: readable, unique, and never longer than PostgreSQL's limit, which would cut it
 * silently. The slug is cut, never the id.
 * https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS
 */
export function tenantDatabaseName(name: string, id: string): string {
  const suffix = id.replaceAll('-', '').slice(0, 8)
  const room = MAX_IDENTIFIER_BYTES - 'tenant_'.length - '_'.length - suffix.length
  const slug = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_/, '')
    .slice(0, room)
    .replace(/_$/, '')
  return `tenant_${slug || 'x'}_${suffix}`
}
