import { randomUUID } from 'node:crypto'
import type postgres from 'postgres'
import { EVENTS_CHANNEL } from '../../db/main/event-notifications.js'

/** Adds events to a log as relays do. @param types one for each event @returns their ids, in order */
export async function logEvents(
  db: postgres.Sql,
  types: readonly string[],
  data: (index: number) => postgres.JSONValue = (index) => ({ index })
): Promise<string[]> {
  const rows = types.map((event_type, index) => ({
    index: index + 1,
    event_id: randomUUID(),
    event_type,
    data: data(index)
  }))
  await db`
    with state as (update event_state set last = last + ${types.length} returning last)
    insert into events (position, event_id, event_type, timestamp, data)
    select state.last - ${types.length} + row.index, row.event_id, row.event_type, now(), row.data
    from state, jsonb_to_recordset(${db.json(rows)}) as row(index int, event_id uuid, event_type text, data jsonb)`
  return rows.map(({ event_id }) => event_id)
}

/** Notifies all processes that a log has new events. */
export async function notifyOf(main: postgres.Sql, tenantId: string): Promise<void> {
  await main`select pg_notify(${EVENTS_CHANNEL}, ${tenantId})`
}

export const times = (count: number, type = 'document.deleted'): string[] =>
  Array.from({ length: count }, () => type)
