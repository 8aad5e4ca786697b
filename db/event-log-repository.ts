import { and, gt, isNotNull, isNull, sql, type SQLWrapper } from 'drizzle-orm'
import { asynchronousCommit } from './asynchronous-commit.js'
import { defineEventCursorRepository, type EventCursorRepository } from './event-cursors-repository.js'
import type { EventLogTables } from './event-log-tables.js'
import {
  asJson,
  defineRefusedEventRepository,
  insertRefusals,
  KAFKA,
  type RefusedEventRepository,
  type Refusal
} from './refused-events-repository.js'
import { storedEvent, type StoredEvent } from './stored-event.js'
import { insertSelect, query, rendered, secondsAgo, type Client, type Named } from './statement.js'

/** The work that remains in an outbox and its log. */
export interface LogState {
  /** Whether the outbox is empty and everything is published. */
  drained: boolean
  /** Whether an operator wants refused events (of Kafka or of the handlers, as asked) retried. */
  retry: boolean
}

/** The relay's side of an outbox and its log. The repositories that make a change write its event. */
export interface EventLogRepository {
  /**
   * Moves up to `limit` events from the outbox to the log, oldest first, and gives them their positions. Any number of
   * relays may do so at the same time. Returns how many it moved; 0 does not mean that the outbox is empty, since
   * another relay may be moving the rest.
   */
  take(limit: number): Promise<number>
  /** The oldest unpublished events of the log; an event with more than `maxBytes` of data comes without its data. */
  listUnpublished(limit: number, maxBytes: number): Promise<StoredEvent[]>
  /**
   * Moves the publishing cursor up to `position`, never back, and sets aside the events that Kafka refused on the way.
   * If a server crash sets the cursor back, the same events are published again.
   */
  settle(position: number, refused: Refusal[]): Promise<void>
  state(of: 'kafka' | 'handlers'): Promise<LogState>
  /** Moves the publishing cursor past events that were deleted by hand; it would otherwise wait for them forever. */
  passMissing(): Promise<void>
  /** How many events wait to be published, for how many seconds the oldest has waited, and how many were refused. */
  backlog(): Promise<Backlog>
  /**
   * Goes through up to 5,000 published events that were logged more than `retention` seconds ago, oldest first, and
   * deletes all but refused ones. Returns how many it went through.
   */
  prune(retention: number): Promise<number>
  /** Marks all kept events as unpublished, for a broker that lost them. Returns how many. */
  rewind(): Promise<number>
  /** Invalidates all cursors that clients hold, because positions will be reused. */
  renewEpoch(): Promise<void>
  /** The events that consumers have refused. */
  refused: RefusedEventRepository
  /** The cursors of the handlers, where they read the log. */
  cursors: EventCursorRepository
}

export interface Backlog {
  events: number
  oldest: number
  refused: number
}

/** Events deleted by one statement. */
const PRUNED_AT_ONCE = 5_000
/** Renders the statements of a log, for any client that has it. */
export function defineEventLogRepository(tables: EventLogTables) {
  const { outbox, events, eventState, refusedEvents } = tables
  const { position } = events
  const { last, published, pruned } = eventState
  const unpublished = sql`${position} > (select ${published} from ${eventState})`

  /**
   * Concurrent relays are safe under READ COMMITTED: both lock the rows in the same order, so the second waits for the
   * first and skips the rows that it has moved, and it rereads the state row once its lock is free. No gap can arise.
   */
  const take = rendered(({ limit }: Named<{ limit: number }>) => {
    const { sequence, event_id, published_at } = outbox
    const oldest = query
      .select({ event_id })
      .from(outbox)
      .where(and(isNull(published_at), sql`exists (select from ${eventState})`))
      .orderBy(sequence)
      .limit(limit)
      .for('update')
    const taken = sql`delete from ${outbox} where ${event_id} in ${oldest} returning *`
    const counted = sql`update ${eventState} set last = ${last} + count from (select count(*) from taken) as taken
      where count > 0 returning ${last} - count as before`
    const logged = insertSelect(
      events,
      {
        position: sql`before + row_number() over (order by sequence)`,
        event_id: sql`event_id`,
        event_type: sql`event_type`,
        tenant_id: sql`tenant_id`,
        user_id: sql`user_id`,
        timestamp: sql`timestamp`,
        data: sql`data`
      },
      sql`taken, counted`
    )
    return sql<{ count: number }>`with taken as (${taken}), counted as (${counted}), logged as (${logged})
      select count(*) from taken`
  })

  const listUnpublished = rendered((most: Named<{ events: number; bytes: number }>) =>
    query
      .select(storedEvent(events, most.bytes))
      .from(events)
      .where(unpublished)
      .orderBy(position)
      .limit(most.events)
  )

  const move = rendered((to: Named<{ position: number }>) =>
    query
      .update(eventState)
      .set({ published: sql`greatest(${published}, ${to.position}::bigint)` })
      .returning(asynchronousCommit)
  )
  const moveAndRefuse = rendered(
    (to: Named<{ position: number; consumer: string; refusals: string }>) => sql<never>`
      with moved as ${query.update(eventState).set({ published: sql`greatest(${published}, ${to.position}::bigint)` })}
      ${insertRefusals(refusedEvents, to)}`
  )

  const state = rendered(
    ({ kafka }: Named<{ kafka: boolean }>) => sql<LogState>`select
      (select ${published} >= ${last} from ${eventState})
        and not exists (select from ${outbox} where ${outbox.published_at} is null) as drained,
      exists (select from ${refusedEvents}
        where ${refusedEvents.retry} and (${refusedEvents.consumer} = ${KAFKA}) = ${kafka}::boolean) as retry`
  )

  /** Moves up to the `last` of this statement's snapshot, never to one that a concurrent take has written since. */
  const passMissing = rendered(
    () => sql<never>`with seen as (select ${last} as upto from ${eventState})
      update ${eventState} set published = greatest(${published}, upto) from seen
      where ${published} < upto and not exists (select from ${events} where ${position} > ${published})`
  )

  const backlog = rendered(() => {
    const { timestamp, published_at } = outbox
    const waiting = query
      .select({ events: sql`count(*)`.as('events'), oldest: sql`min(${finite(timestamp)})`.as('oldest') })
      .from(outbox)
      .where(isNull(published_at))
    const next = query
      .select({ timestamp: events.timestamp })
      .from(events)
      .where(unpublished)
      .orderBy(position)
      .limit(1)
    return sql<Backlog>`select
      (waiting.events + (select greatest(0, ${last} - ${published}) from ${eventState}))::bigint as events,
      coalesce(extract(epoch from now() - least(waiting.oldest, ${finite(sql`${next}`)})), 0)::float8 as oldest,
      (select count(*) from ${refusedEvents}) as refused
      from ${waiting} as waiting`
  })

  /** Reads only the rows that it deletes, and skips refused events. */
  const prune = rendered(({ retention }: Named<{ retention: number }>) => {
    const next = query
      .select({ position, logged_at: events.logged_at })
      .from(events)
      .where(
        and(
          gt(position, sql`(select ${pruned} from ${eventState})`),
          sql`${position} <= (select ${published} from ${eventState})`
        )
      )
      .orderBy(position)
      .limit(PRUNED_AT_ONCE)
    const young = sql`(select min(position) from next where logged_at >= ${secondsAgo(retention)})`
    const due = sql`select position from next where position < coalesce(${young}, position + 1)`
    const refused = query.select({ position: refusedEvents.position }).from(refusedEvents)
    return sql<{ count: number }>`with next as ${next}, due as (${due}),
      deleted as (delete from ${events} where ${position} in (select position from due) and ${position} not in ${refused}),
      moved as (update ${eventState} set pruned = greatest(${pruned}, most)
        from (select max(position) as most from due) as due where most is not null)
      select count(*) from due`
  })
  /** Published events, which earlier versions kept in the outbox. */
  const isKept = and(isNotNull(outbox.published_at), sql`isfinite(${outbox.published_at})`)
  const removeKept = rendered(() => query.delete(outbox).where(isKept))

  /**
   * Also republishes the events that earlier versions kept in the outbox after publishing; they become the newest in
   * the log.
   */
  const rewind = rendered(() => {
    const kept = query
      .update(outbox)
      .set({ published_at: null })
      .where(isKept)
      .returning({ event_id: outbox.event_id })
    return sql<{ count: number }>`with kept as ${kept}, rewound as (
        update ${eventState} set published = ${pruned} where ${published} > ${pruned} returning ${last} - ${pruned} as count)
      select coalesce((select count from rewound), 0) + (select count(*) from kept) as count`
  })
  const renewEpoch = rendered(() => query.update(eventState).set({ epoch: sql`gen_random_uuid()` }))

  const cursorsOf = defineEventCursorRepository(tables)
  const refusedOf = defineRefusedEventRepository(tables)

  return (client: Client): EventLogRepository => ({
    refused: refusedOf(client),
    cursors: cursorsOf(client),
    take: async (limit) => countIn(await take(client, { limit })),
    listUnpublished: (count, bytes) => listUnpublished(client, { events: count, bytes }),
    async settle(to, refused) {
      if (refused.length === 0) await move(client, { position: to })
      else await moveAndRefuse(client, { position: to, consumer: KAFKA, refusals: asJson(refused) })
    },
    async state(of) {
      const [row] = await state(client, { kafka: of === KAFKA })
      return row ?? { drained: true, retry: false }
    },
    async passMissing() {
      await passMissing(client)
    },
    async backlog() {
      const [row] = await backlog(client)
      return row ?? { events: 0, oldest: 0, refused: 0 }
    },
    async prune(retention) {
      await removeKept(client)
      return countIn(await prune(client, { retention }))
    },
    rewind: async () => countIn(await rewind(client)),
    async renewEpoch() {
      await renewEpoch(client)
    }
  })
}

const finite = (moment: SQLWrapper) => sql`case when isfinite(${moment}) then ${moment} end`

const countIn = ([row]: { count: number }[]) => row?.count ?? 0
