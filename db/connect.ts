import postgres from 'postgres'
import { tlsOptions } from '../core/config/database-tls.js'

type Options = NonNullable<Parameters<typeof postgres>[1]>

/**
 * A pool of postgres.js for a URL with libpq's `sslmode` and `sslrootcert`, of which postgres.js knows only a part.
 * Every connection to PostgreSQL is made here. Nothing connects before the first query.
 */
export function connect(databaseUrl: string, options: Options): postgres.Sql {
  const { url, ssl } = tlsOptions(databaseUrl)
  return postgres(url, { ...options, ...(ssl !== undefined && { ssl }) })
}
