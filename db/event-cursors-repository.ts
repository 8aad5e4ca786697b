import { and, eq, gt, isNull, lt, or, sql, type SQL } from 'drizzle-orm'
import { asynchronousCommit, asynchronously } from './asynchronous-commit.js'
import type { EventLogTables } from './event-log-tables.js'
import { storedEvent, type StoredEvent } from './stored-event.js'
import { excluded, now, query, rendered, secondsFromNow, type Client, type Named } from './statement.js'

/**
 * The progress of the handlers that read a log directly, without Kafka. A handler is named by the type of its events. A
 * server crash may set a cursor back; its events are then delivered again, and every handler tolerates that.
 */
export interface EventCursorRepository {
  /** Returns those of `consumers` for which the log has unhandled events. */
  listPending(consumers: readonly string[]): Promise<string[]>
  /**
   * Leases a handler's work for `seconds`. Returns the position after which to continue; null if another process holds
   * the lease.
   */
  claim(consumer: string, owner: string, seconds: number): Promise<number | null>
  /** The next events for a handler. */
  listAfter(consumer: string, position: number, limit: number, maxBytes: number): Promise<StoredEvent[]>
  /** Records that everything up to `position` is done, and renews the lease; false if the lease was lost. */
  save(consumer: string, owner: string, position: number, seconds: number): Promise<boolean>
  release(consumer: string, owner: string): Promise<void>
  /** Moves `published` up to the position that all of `consumers` have reached. */
  advance(consumers: readonly string[]): Promise<void>
}

type Consumer = { consumer: string }
type Lease = Consumer & { owner: string; seconds: number }

/** Renders the statements, for any client that has the tables. */
export function defineEventCursorRepository({ events, eventState, eventCursors }: EventLogTables) {
  const { consumer, position, leased_by, leased_until } = eventCursors
  const published = sql`(select ${eventState.published} from ${eventState})`
  const isOf = (of: Named<Consumer>): SQL => sql`${consumer} = ${of.consumer}::text`
  const isMine = (lease: Named<Consumer & { owner: string }>) => and(isOf(lease), eq(leased_by, lease.owner))

  /** Events that their handlers have not processed. */
  const open = (consumers: Named<{ consumers: string }>['consumers']) => sql`${events}
    left join ${eventCursors} on ${consumer} = ${events.event_type}
    where ${events.position} > ${published} and ${events.position} > coalesce(${position}, 0)
      and ${events.event_type} in (select jsonb_array_elements_text(${consumers}::text::jsonb))`

  const listPending = rendered(
    ({ consumers }: Named<{ consumers: string }>) =>
      sql<{ consumer: string }>`select distinct ${events.event_type} as consumer from ${open(consumers)}`
  )
  const claim = rendered((lease: Named<Lease>) =>
    query
      .insert(eventCursors)
      .values({
        consumer: lease.consumer,
        position: published,
        leased_by: lease.owner,
        leased_until: secondsFromNow(lease.seconds)
      })
      .onConflictDoUpdate({
        target: consumer,
        set: {
          position: sql`greatest(${position}, ${excluded(position)})`,
          leased_by: excluded(leased_by),
          leased_until: excluded(leased_until)
        },
        setWhere: or(isNull(leased_until), lt(leased_until, now)) as SQL
      })
      .returning({ position, ...asynchronousCommit })
  )
  const listAfter = rendered((named: Named<Consumer & { position: number; limit: number; bytes: number }>) =>
    query
      .select(storedEvent(events, named.bytes))
      .from(events)
      .where(and(gt(events.position, named.position), sql`${events.event_type} = ${named.consumer}::text`))
      .orderBy(events.position)
      .limit(named.limit)
  )
  const save = rendered((lease: Named<Lease & { position: number }>) =>
    query
      .update(eventCursors)
      .set({
        position: sql`greatest(${position}, ${lease.position}::bigint)`,
        leased_until: secondsFromNow(lease.seconds)
      })
      .where(isMine(lease))
      .returning({ consumer, ...asynchronousCommit })
  )
  const release = rendered((lease: Named<Consumer & { owner: string }>) =>
    query
      .update(eventCursors)
      .set({ leased_by: null, leased_until: null })
      .where(isMine(lease))
      .returning(asynchronousCommit)
  )
  /** Moves up to the `last` of this statement's snapshot, never to one that a concurrent take has written since. */
  const advance = rendered(
    ({ consumers }: Named<{ consumers: string }>) => sql<never>`
      with seen as (select ${eventState.last} as upto from ${eventState}),
        first as (select min(${events.position}) as position from ${open(consumers)})
      update ${eventState} set published = greatest(${eventState.published}, coalesce(first.position - 1, upto))
      from seen, first where ${eventState.published} < coalesce(first.position - 1, upto)
      returning ${asynchronously}`
  )

  return (client: Client): EventCursorRepository => ({
    listPending: async (consumers) =>
      (await listPending(client, { consumers: JSON.stringify(consumers) })).map((row) => row.consumer),
    async claim(by, owner, seconds) {
      const [row] = await claim(client, { consumer: by, owner, seconds })
      return row?.position ?? null
    },
    listAfter: (by, after, limit, bytes) =>
      listAfter(client, { consumer: by, position: after, limit, bytes }),
    save: async (by, owner, to, seconds) =>
      (await save(client, { consumer: by, owner, position: to, seconds })).length > 0,
    async release(by, owner) {
      await release(client, { consumer: by, owner })
    },
    async advance(consumers) {
      await advance(client, { consumers: JSON.stringify(consumers) })
    }
  })
}
