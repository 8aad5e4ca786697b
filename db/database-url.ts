/** The URL of another database, with the same server and login. */
export function withDatabase(databaseUrl: string, database: string): string {
  const url = new URL(databaseUrl)
  url.pathname = `/${encodeURIComponent(database)}`
  return url.href
}

/** The URL of the same database with another login. */
export function withLogin(databaseUrl: string, login: { username: string; password: string }): string {
  const url = new URL(databaseUrl)
  url.username = encodeURIComponent(login.username)
  url.password = encodeURIComponent(login.password)
  return url.href
}

/** The URL of the same server's database `postgres`, from which other databases are created. */
export function maintenanceUrl(databaseUrl: string): string {
  return withDatabase(databaseUrl, 'postgres')
}

/** The database name in a URL. */
export function databaseName(databaseUrl: string): string {
  return decodeURIComponent(new URL(databaseUrl).pathname.slice(1))
}
