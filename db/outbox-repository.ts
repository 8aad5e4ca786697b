import { isNull, lt, sql, type Placeholder, type SQL } from 'drizzle-orm'
import type { OutboxTable } from './outbox-table.js'
import { now, query, rendered, secondsAgo, type Client, type Named } from './statement.js'

/** A row of an outbox: an event to be published. */
export interface OutboxEvent {
  event_id: string
  event_type: string
  tenant_id: string | null
  user_id: string | null
  timestamp: string
  data: Record<string, unknown>
}

/** The same as it is read: without its data if that is longer than the reader accepts. */
export type StoredEvent = Omit<OutboxEvent, 'data'> & { data: OutboxEvent['data'] | null }

/** The relay's side of an outbox. Rows are written by the repositories whose changes they announce. */
export interface OutboxRepository {
  /** The oldest unpublished events; those with more than `maxBytes` of data come without it. */
  listUnpublished(limit: number, maxBytes: number): Promise<StoredEvent[]>
  /** How many events wait to be published, and for how many seconds the oldest has waited. */
  backlog(): Promise<{ events: number; oldest: number }>
  /** Deletes delivered events, or keeps them as published if `retention` (in seconds) is not 0. */
  settle(eventIds: string[], retention: number): Promise<void>
  /** Keeps events that must not be published for somebody to look at; they are no longer listed or pruned. */
  setAside(eventIds: string[]): Promise<void>
  /** Deletes events that were published more than `retention` seconds ago. */
  prune(retention: number): Promise<void>
  /** Marks kept events as unpublished again, for a broker that lost them. Returns how many. */
  reset(): Promise<number>
}

/** Renders the statements of an outbox, for any client that has it. */
export function defineOutboxRepository(outbox: OutboxTable) {
  const { event_id, event_type, tenant_id, user_id, timestamp, data, published_at } = outbox
  const isNamed = (ids: Placeholder) => sql`${event_id} = any(${ids}::uuid[])`

  const listUnpublished = rendered((most: Named<{ events: number; bytes: number }>) =>
    query
      .select({
        ...{ event_id, event_type, tenant_id, user_id, timestamp },
        data: sql<
          StoredEvent['data']
        >`case when octet_length(${data}::text) <= ${most.bytes} then ${data} end`.as('data')
      })
      .from(outbox)
      .where(isNull(published_at))
      .orderBy(outbox.sequence)
      .limit(most.events)
  )
  const backlog = rendered(() =>
    query
      .select({
        events: sql<number>`count(*)`.as('events'),
        oldest: sql<number>`coalesce(extract(epoch from now() - min(${timestamp})
          filter (where isfinite(${timestamp}))), 0)::float8`.as('oldest')
      })
      .from(outbox)
      .where(isNull(published_at))
  )
  const publishedAt = (moment: SQL) =>
    rendered(({ ids }: Named<{ ids: string }>) =>
      query.update(outbox).set({ published_at: moment }).where(isNamed(ids))
    )
  const keep = publishedAt(now)
  const setAside = publishedAt(sql`'infinity'`)
  const remove = rendered(({ ids }: Named<{ ids: string }>) => query.delete(outbox).where(isNamed(ids)))
  const prune = rendered(({ retention }: Named<{ retention: number }>) =>
    query.delete(outbox).where(lt(published_at, secondsAgo(retention)))
  )
  const unpublish = query
    .update(outbox)
    .set({ published_at: null })
    .where(sql`isfinite(${published_at})`)
    .returning({ event_id })
  const reset = rendered(() => sql<{ count: number }>`with reset as ${unpublish} select count(*) from reset`)

  return (client: Client): OutboxRepository => ({
    listUnpublished: (events, bytes) => listUnpublished(client, { events, bytes }),
    async backlog() {
      const [row] = await backlog(client)
      return row ?? { events: 0, oldest: 0 }
    },
    async settle(eventIds, retention) {
      await (retention > 0 ? keep : remove)(client, { ids: arrayOf(eventIds) })
    },
    async setAside(eventIds) {
      await setAside(client, { ids: arrayOf(eventIds) })
    },
    async prune(retention) {
      await prune(client, { retention })
    },
    async reset() {
      const [row] = await reset(client)
      return row?.count ?? 0
    }
  })
}

/** As the text of an array, since the client does not handle array types. */
const arrayOf = (ids: string[]) => `{${ids.join(',')}}`
