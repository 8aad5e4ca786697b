import { and, eq, sql, type SQL } from 'drizzle-orm'
import type { EventLogTables } from './event-log-tables.js'
import { storedEvent, type OutboxEvent, type StoredEvent } from './stored-event.js'
import { bare, insertSelect, query, rendered, type Client, type Named } from './statement.js'

/** The name of Kafka among the consumers that refuse events; the others are handlers, named by their type of event. */
export const KAFKA = 'kafka'

/** An event that a consumer will never accept, and why. */
export interface Refusal {
  position: number
  error: string
}

/** A refusal as operators see it. */
export interface RefusedEvent extends Refusal, Omit<OutboxEvent, 'data'> {
  consumer: string
  since: string
  retry: boolean
  /** The first 2,000 characters of its JSON. */
  data: string
}

/** Selects refusals: those of a position, of a consumer, or all of the log. */
export interface Chosen {
  position?: number | undefined
  consumer?: string | undefined
}

/** The events that consumers of a log have refused, and that wait for an operator. */
export interface RefusedEventRepository {
  /** Sets events aside; for an event that is set aside already, replaces the error and cancels the retry. */
  refuse(consumer: string, refusals: Refusal[]): Promise<void>
  /** The oldest refusals; by default of the whole log. */
  list(limit: number, chosen?: Chosen): Promise<RefusedEvent[]>
  /** Marks refusals to be retried once. Returns how many. */
  retry(chosen: Chosen): Promise<number>
  /** Deletes refusals, and those of their events that were kept for no other reason. Returns how many refusals. */
  remove(chosen: Chosen): Promise<number>
  /** The oldest events that a consumer must retry. */
  listRetries(consumer: string, limit: number, maxBytes: number): Promise<StoredEvent[]>
}

/** Maximum characters of an error that are stored, and of an event's data that are shown. */
const ERROR_LENGTH = 1_000
const SHOWN_LENGTH = 2_000

type ChosenRows = { position: number | null; consumer: string | null }
type Rows = { consumer: string; refusals: string }

export const asJson = (refusals: Refusal[]): string =>
  JSON.stringify(refusals.map(({ position, error }) => ({ position, error: error.slice(0, ERROR_LENGTH) })))

/** The INSERT of refusals given as JSON. */
export function insertRefusals(
  refusedEvents: EventLogTables['refusedEvents'],
  { consumer, refusals }: Named<Rows>
): SQL<never> {
  const rows = insertSelect(
    refusedEvents,
    { position: sql`refused.position`, consumer: sql`${consumer}::text`, error: sql`refused.error` },
    sql`jsonb_to_recordset(${refusals}::text::jsonb) as refused (position bigint, error text)`
  )
  return sql`${rows} on conflict (${bare(refusedEvents.position, refusedEvents.consumer)})
    do update set error = excluded.error, since = now(), retry = false`
}

/** Renders the statements, for any client that has the tables. */
export function defineRefusedEventRepository({ events, eventState, refusedEvents }: EventLogTables) {
  const { position, consumer, error, since, retry } = refusedEvents
  const isChosen = (chosen: Named<ChosenRows>) =>
    sql`(${chosen.position}::bigint is null or ${position} = ${chosen.position}::bigint)
      and (${chosen.consumer}::text is null or ${consumer} = ${chosen.consumer}::text)`

  const refuse = rendered((rows: Named<Rows>) => insertRefusals(refusedEvents, rows))
  const list = rendered((chosen: Named<ChosenRows & { limit: number }>) => {
    const { event_id, event_type, tenant_id, user_id, timestamp, data } = events
    return query
      .select({
        ...{ position, consumer, error, since, retry, event_id, event_type, tenant_id, user_id, timestamp },
        data: sql<string>`left(${data}::text, ${sql.raw(String(SHOWN_LENGTH))})`.as('data')
      })
      .from(refusedEvents)
      .innerJoin(events, eq(events.position, position))
      .where(isChosen(chosen))
      .orderBy(position, consumer)
      .limit(chosen.limit)
  })
  const askAgain = rendered((chosen: Named<ChosenRows>) =>
    query.update(refusedEvents).set({ retry: true }).where(isChosen(chosen)).returning({ position })
  )
  /** Deletes an event only if pruning has passed it and no other consumer has refused it. */
  const remove = rendered((chosen: Named<ChosenRows>) => {
    const removed = query.delete(refusedEvents).where(isChosen(chosen)).returning({ position, consumer })
    return sql<{ position: number }>`with removed as ${removed},
      passed as (delete from ${events} where ${events.position} in (select position from removed)
        and ${events.position} <= (select ${eventState.pruned} from ${eventState})
        and not exists (select from ${refusedEvents} where ${position} = ${events.position}
          and (${position}, ${consumer}) not in (select position, consumer from removed)))
      select position from removed`
  })
  const listRetries = rendered((most: Named<{ consumer: string; events: number; bytes: number }>) =>
    query
      .select(storedEvent(events, most.bytes))
      .from(refusedEvents)
      .innerJoin(events, eq(events.position, position))
      .where(and(retry, sql`${consumer} = ${most.consumer}::text`))
      .orderBy(position)
      .limit(most.events)
  )
  const rowsOf = ({ position: at, consumer: by }: Chosen) => ({ position: at ?? null, consumer: by ?? null })

  return (client: Client): RefusedEventRepository => ({
    async refuse(by, refusals) {
      await refuse(client, { consumer: by, refusals: asJson(refusals) })
    },
    list: (limit, chosen = {}) => list(client, { limit, ...rowsOf(chosen) }),
    retry: async (chosen) => (await askAgain(client, rowsOf(chosen))).length,
    remove: async (chosen) => (await remove(client, rowsOf(chosen))).length,
    listRetries: (by, count, bytes) => listRetries(client, { consumer: by, events: count, bytes })
  })
}
