import type postgres from 'postgres'
import { connect } from './connect.js'

/**
 * Runs work on one connection of its own, for what belongs to a session: advisory locks, which its end frees, and
 * statements that no transaction or pooler may be around.
 */
export async function withSession<T>(
  url: string,
  work: (sql: postgres.Sql) => Promise<T>,
  applicationName = 'strongroom-administration'
): Promise<T> {
  const sql = connect(url, {
    max: 1,
    connect_timeout: 5,
    fetch_types: false,
    onnotice: () => undefined,
    connection: { application_name: applicationName }
  })
  try {
    return await work(sql)
  } finally {
    await sql.end()
  }
}
