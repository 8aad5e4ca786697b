import type postgres from 'postgres'

/**
 * For use in FROM: every committed event, whether it is in the outbox or was taken into the log. Order by `sequence`. One
 * statement sees each event exactly once.
 */
export const committedEvents = (sql: postgres.Sql) => sql`(
  select event_id, event_type, tenant_id, user_id, timestamp, data, sequence from outbox
  union all
  select event_id, event_type, tenant_id, user_id, timestamp, data, position - 9007199254740991 from events
) as committed`

/** The number of events that are not published yet. */
export async function waitingEvents(sql: postgres.Sql): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select ((select count(*) from outbox) + (select last - published from event_state))::int as count`
  return row?.count ?? 0
}
