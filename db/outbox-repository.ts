import type postgres from 'postgres'
import { statement } from './client.js'

/** A row of an outbox: an event as it will be published. */
export interface OutboxEvent {
  event_id: string
  event_type: string
  tenant_id: string | null
  user_id: string | null
  timestamp: string
  data: Record<string, unknown>
}

/** The same as it is read: without its data where that is longer than the reader takes. */
export type StoredEvent = Omit<OutboxEvent, 'data'> & { data: OutboxEvent['data'] | null }

/** The relay's side of an outbox. Rows are written by the repositories whose changes they tell of. */
export interface OutboxRepository {
  /** The oldest events that are not yet published; those with more than `maxBytes` of data come without it. */
  listUnpublished(limit: number, maxBytes: number): Promise<StoredEvent[]>
  /** How many wait to be published, and for how many seconds the oldest has. */
  backlog(): Promise<{ events: number; oldest: number }>
  /** Forgets delivered events, or keeps them as published where `retention` (seconds) is not 0. */
  settle(eventIds: string[], retention: number): Promise<void>
  /** Keeps events that must not be published, for somebody to look at: they are not listed or pruned any more. */
  setAside(eventIds: string[]): Promise<void>
  /** Deletes events that were published more than `retention` seconds ago. */
  prune(retention: number): Promise<void>
  /** Makes kept events unpublished again, for a broker that forgot them. Returns how many. */
  reset(): Promise<number>
}

/** @param table the quoted, where needed qualified, name of the outbox table */
export function createOutboxRepository(sql: postgres.Sql, table: string): OutboxRepository {
  const listUnpublished = statement<StoredEvent>(
    sql,
    `select event_id, event_type, tenant_id, user_id, timestamp,
       case when octet_length(data::text) <= $2 then data end as data
     from ${table}
     where published_at is null order by sequence limit $1`
  )
  const backlog = statement<{ events: number; oldest: number }>(
    sql,
    `select count(*) as events, coalesce(extract(epoch from now() - min(timestamp) filter (where isfinite(timestamp))), 0)::float8 as oldest
     from ${table} where published_at is null`
  )
  const remove = statement(sql, `delete from ${table} where event_id = any($1::uuid[])`)
  const keep = statement(sql, `update ${table} set published_at = now() where event_id = any($1::uuid[])`)
  const setAside = statement(
    sql,
    `update ${table} set published_at = 'infinity' where event_id = any($1::uuid[])`
  )
  const prune = statement(sql, `delete from ${table} where published_at < now() - make_interval(secs => $1)`)
  const reset = statement<{ count: number }>(
    sql,
    `with reset as (update ${table} set published_at = null where isfinite(published_at) returning 1)
     select count(*) from reset`
  )
  return {
    listUnpublished,
    async backlog() {
      const [row] = await backlog()
      return row ?? { events: 0, oldest: 0 }
    },
    async settle(eventIds, retention) {
      // As the text of an array, since the client knows no array types.
      await (retention > 0 ? keep : remove)(`{${eventIds.join(',')}}`)
    },
    async setAside(eventIds) {
      await setAside(`{${eventIds.join(',')}}`)
    },
    async prune(retention) {
      await prune(retention)
    },
    async reset() {
      const [row] = await reset()
      return row?.count ?? 0
    }
  }
}
