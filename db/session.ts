import type postgres from 'postgres'
import { IDLE_TRANSACTION_MS } from './client.js'
import { connect } from './connect.js'

/**
 * Runs `work` on a new connection: for advisory locks, which are released when it closes, and for statements that
 * cannot run in a transaction or through a pooler.
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
    connection: {
      application_name: applicationName,
      idle_in_transaction_session_timeout: IDLE_TRANSACTION_MS
    }
  })
  try {
    return await work(sql)
  } finally {
    await sql.end()
  }
}
