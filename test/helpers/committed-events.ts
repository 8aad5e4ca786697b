import type postgres from 'postgres'

/**
 * For use in a FROM: every event that has committed, in the order of `sequence`, whether it waits in the outbox or was
 * taken into the log. One statement sees each of them exactly once.
 */
export const committedEvents = (sql: postgres.Sql) => sql`(
  select event_id, event_type, tenant_id, user_id, timestamp, data, sequence from outbox
  union all
  select event_id, event_type, tenant_id, user_id, timestamp, data, position - 9007199254740991 from events
) as committed`

/** How many events Kafka does not have yet. */
export async function waitingEvents(sql: postgres.Sql): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select ((select count(*) from outbox) + (select last - published from event_state))::int as count`
  return row?.count ?? 0
}
