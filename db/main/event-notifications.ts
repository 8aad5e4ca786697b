import { sql } from 'drizzle-orm'
import type postgres from 'postgres'
import type { DatabaseClient } from '../client.js'
import { prepared, type Named } from '../statement.js'

/** The channel on which relays announce that a log has grown; the payload is the tenant's id, or `MAIN_OUTBOX`. */
export const EVENTS_CHANNEL = 'strongroom_events'

export type EventNotificationRepository = ReturnType<typeof createEventNotificationRepository>

/** https://www.postgresql.org/docs/current/sql-notify.html */
export function createEventNotificationRepository({ sql: client }: DatabaseClient) {
  const notify = prepared(
    client,
    ({ outboxes }: Named<{ outboxes: string }>) => sql<never>`
      select pg_notify(${EVENTS_CHANNEL}, outbox) from jsonb_array_elements_text(${outboxes}::text::jsonb) as outbox`
  )
  return {
    /** Notifies the listeners that these logs have grown. */
    async announce(outboxes: string[]): Promise<void> {
      await notify({ outboxes: JSON.stringify(outboxes) })
    }
  }
}

/** Subscribes a connection to the announcements. */
export async function listenForEvents(connection: postgres.Sql): Promise<void> {
  await connection.unsafe(`listen "${EVENTS_CHANNEL}"`)
}

/** Rejects if the connection is lost. */
export async function askForLife(connection: postgres.Sql): Promise<void> {
  await connection`select 1`
}
