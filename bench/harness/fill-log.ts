import postgres from 'postgres'

/** Adds events to a tenant's log, as if they were already published. @param url of the tenant's database */
export async function fillLog(url: string, count: number): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  await sql`
    with state as (
      update event_state set last = last + ${count}, published = last + ${count} returning last)
    insert into events (position, event_id, event_type, timestamp, data)
    select last - n, gen_random_uuid(), 'document.deleted', now(),
      jsonb_build_object('document_id', gen_random_uuid(), 'filename', 'quarterly report.pdf')
    from state, generate_series(0, ${count - 1}::int) n`
  await sql.end()
}
