import postgres from 'postgres'

/** An event as it was committed, in the order of its outbox. */
export interface CommittedEvent {
  event_id: string
  event_type: string
  tenant_id: string | null
  /** `sequence` counts per outbox; a tenant has events in its own outbox and in the main database's. */
  outbox: number
  sequence: number
  data: Record<string, unknown>
}

/**
 * Makes PostgreSQL record every event that commits, because outboxes delete events once they are taken. The trigger runs
 * in the transaction that writes the event, so the ledger holds exactly the committed events.
 */
export async function keepLedger(sql: postgres.Sql): Promise<void> {
  await sql.unsafe(`
    create table crash_ledger (event_id uuid primary key, event_type text, tenant_id uuid, sequence bigint, data jsonb);
    insert into crash_ledger select event_id, event_type, tenant_id, sequence, data from outbox;
    create function crash_ledger() returns trigger language plpgsql set search_path from current as $$ begin
      insert into crash_ledger values (new.event_id, new.event_type, new.tenant_id, new.sequence, new.data);
      return null;
    end $$;
    create trigger crash_ledger after insert on outbox for each row execute function crash_ledger()`)
}

/** @param outbox a number that no other outbox has */
export async function readLedger(sql: postgres.Sql, outbox: number): Promise<CommittedEvent[]> {
  return [
    ...(await sql<CommittedEvent[]>`
      select event_id, event_type, tenant_id, ${outbox}::int as outbox, sequence::int as sequence, data
      from crash_ledger order by sequence`)
  ]
}
