import type postgres from 'postgres'
import { quoteName } from '../quote.js'

/** The channel on which the triggers of db/main/migrations report access changes. */
const CHANNEL = 'strongroom_access'

/** Listens for access changes, and on `heartbeats`, a channel of this connection alone. */
export async function listenForChanges(sql: postgres.Sql, heartbeats: string): Promise<void> {
  await sql.unsafe(`listen "${CHANNEL}"; listen ${quoteName(heartbeats)}`)
}

/** https://www.postgresql.org/docs/current/sql-notify.html */
export async function notify(sql: postgres.Sql, channel: string, payload: string): Promise<void> {
  await sql`select pg_notify(${channel}, ${payload})`
}
