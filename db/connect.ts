import postgres from 'postgres'
import { tlsOptions } from '../core/config/database-tls.js'

type Options = NonNullable<Parameters<typeof postgres>[1]>

/**
 * A postgres.js pool for a URL with libpq's `sslmode` and `sslrootcert`, which postgres.js supports only in part. All
 * connections to PostgreSQL are opened through it, the first one at the first query.
 */
export function connect(databaseUrl: string, options: Options): postgres.Sql {
  const { url, ssl } = tlsOptions(databaseUrl)
  return postgres(url, { ...options, ...(ssl !== undefined && { ssl }) })
}
