import type postgres from 'postgres'
import { connect } from './connect.js'

/**
 * Runs work on a connection of its own: for advisory locks, which are freed when it ends, and for statements that must
 * run outside of transactions and poolers.
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
