import { and, asc, desc, eq, isNotNull, lte, sql, type SQL } from 'drizzle-orm'
import { WORK_EVENTS } from '../../core/events.js'
import type { LoggedEvent } from '../../core/logged-event.js'
import { pageWithTotal, readPage, type PageWithTotal } from '../page-with-total.js'
import { bare, now, query, rendered, type Client, type Named } from '../statement.js'
import { isReadable } from '../stored-event.js'
import type { TenantTables } from './schema.js'

/** Maximum number of positions that one read of the log scans. */
const SCANNED = 1_000
/** An endpoint's deliveries are counted up to this number. */
const COUNTED = 10_000
/** Rows deleted by one statement. */
const PRUNED_AT_ONCE = 5_000

/** The state of a log. */
export interface LogState {
  epoch: string
  last: number
  pruned: number
}

/** An event that was tried before; `event` is null if the log has pruned it, or its data is too long to be read. */
export type Retry = { position: number; event_id: string; attempts: number; event: LoggedEvent | null }

export type DeliveryState = 'waiting' | 'delivered' | 'failed'

/** The outcome of one attempt. */
export interface DeliveryOutcome {
  position: number
  event_id: string
  state: DeliveryState
  attempts: number
  /** Seconds until the next attempt; null if there is none. */
  retry_in: number | null
  status: number | null
  error: string | null
  duration_ms: number | null
  response: string | null
}

/** A delivery as admins see it. */
export interface Delivery {
  event_id: string
  position: number
  /** Null if the log has pruned the event. */
  event_type: string | null
  state: DeliveryState
  attempts: number
  due_at: string | null
  status: number | null
  error: string | null
  duration_ms: number | null
  response: string | null
  updated_at: string
}

type Row = LoggedEvent & LogState & { waiting: number }
type Asked = { endpointId: string }

export type WebhookDeliveryRepository = ReturnType<ReturnType<typeof defineWebhookDeliveryRepository>>

/** The deliveries of the tenant's events to each endpoint, and the log that the events are read from. */
export function defineWebhookDeliveryRepository({ webhookDeliveries, events, eventState }: TenantTables) {
  const { endpoint_id, position, event_id, state, attempts, due_at, status } = webhookDeliveries
  const { error, duration_ms, response, updated_at } = webhookDeliveries
  const ofEndpoint = ({ endpointId }: Named<Asked>) => eq(endpoint_id, endpointId)
  const eventColumns = sql`${events.position}, ${events.event_id}, ${events.event_type}, ${events.tenant_id},
    ${events.user_id}, ${events.timestamp}, ${events.data}`

  const readLog = rendered((named: Named<Asked & { after: number; types: string | null; limit: number }>) => {
    const after = sql`greatest(${named.after}::bigint, ${eventState.pruned})`
    const types = sql`${named.types}::text[]`
    const next = sql`select ${eventColumns} from ${events}
      where ${events.position} > ${after} and ${events.position} <= ${after} + ${SCANNED}
        and (${types} is null or ${events.event_type} = any(${types}))
        and ${events.event_type} not in (${sql.join([...WORK_EVENTS], sql`, `)})
        and ${isReadable(events)}
      order by ${events.position} limit ${named.limit}`
    const waiting = sql`select count(*) from ${webhookDeliveries} where ${and(ofEndpoint(named), isNotNull(due_at))}`
    return sql<Row>`select ${eventState.epoch}, ${eventState.last}, ${eventState.pruned},
      (${waiting}) as waiting, next.* from ${eventState} left join lateral (${next}) next on true
      order by next.position`
  })
  const listRetries = (isDue: boolean) =>
    rendered(
      (named: Named<Asked & { limit: number }>) =>
        sql<
          {
            of_delivery: number
            of_event: string
            attempts: number
          } & Nullable<LoggedEvent>
        >`select delivery.*, ${eventColumns} from (
          select ${position} as of_delivery, ${event_id} as of_event, ${attempts} from ${webhookDeliveries}
          where ${and(ofEndpoint(named), isDue ? lte(due_at, now) : isNotNull(due_at))}
          order by ${asc(due_at)} limit ${named.limit}
        ) delivery left join ${events} on ${events.position} = delivery.of_delivery
          and ${events.event_id} = delivery.of_event and ${isReadable(events)}`
    )
  const due = listRetries(true)
  const next = listRetries(false)

  const record = rendered(
    (named: Named<Asked & { rows: string }>) => sql`insert into ${webhookDeliveries}
      (${bare(endpoint_id, position, event_id, state, attempts, due_at, status, error, duration_ms, response)})
      select ${named.endpointId}::uuid, given.position, given.event_id, given.state, given.attempts,
        now() + make_interval(secs => given.retry_in), given.status, given.error, given.duration_ms, given.response
      from json_to_recordset(${named.rows}::text::json) as given (position bigint, event_id uuid, state varchar,
        attempts int, retry_in float8, status int, error varchar, duration_ms int, response varchar)
      on conflict (endpoint_id, position) do update set event_id = excluded.event_id, state = excluded.state,
        attempts = excluded.attempts, due_at = excluded.due_at, status = excluded.status, error = excluded.error,
        duration_ms = excluded.duration_ms, response = excluded.response, updated_at = now()`
  )
  const nextRetry = rendered((named: Named<Asked>) =>
    query
      .select({
        seconds: sql<number | null>`extract(epoch from min(${due_at}) - now())::float8`.as('seconds')
      })
      .from(webhookDeliveries)
      .where(and(ofEndpoint(named), isNotNull(due_at)))
  )
  const readState = rendered(() =>
    query
      .select({ epoch: eventState.epoch, last: eventState.last, pruned: eventState.pruned })
      .from(eventState)
  )
  const cursorBefore = rendered(({ since, retention }: Named<{ since: string; retention: number }>) => {
    const before = sql`coalesce((select ${events.position} from ${events}
      where ${events.logged_at} < ${since}::timestamptz order by ${events.position} desc limit 1), 0)`
    const isYoung = sql`${since}::timestamptz >= now() - make_interval(secs => ${retention})`
    return sql<{ epoch: string; pruned: number; cursor: number | null }>`
      select ${eventState.epoch}, ${eventState.pruned}, case
          when ${isYoung} or before >= ${eventState.pruned} then greatest(before, ${eventState.pruned})
        end as cursor
      from ${eventState}, (select ${before} as before) as found`
  })
  const newestOf = rendered((named: Named<Asked>) =>
    query
      .select({ position: sql<number | null>`max(${position})`.as('position') })
      .from(webhookDeliveries)
      .where(ofEndpoint(named))
  )
  /** Conditions without parameters, so that the index of each state fits. */
  const list = (inState: SQL | undefined) =>
    rendered((named: Named<Asked & { limit: number; offset: number }>) => {
      const isListed = and(ofEndpoint(named), inState)
      const listed = sql`select ${position}, ${event_id}, ${state}, ${attempts}, ${due_at}, ${status}, ${error},
        ${duration_ms}, ${response}, ${updated_at} from ${webhookDeliveries}
        where ${isListed} order by ${desc(position)} limit ${named.limit} offset ${named.offset}`
      const page = sql<Delivery>`(select listed.*, ${events.event_type} from (${listed}) listed
        left join ${events} on ${events.position} = listed.position and ${events.event_id} = listed.event_id)`
      const total = sql`(select count(*) as count from (select from ${webhookDeliveries} where ${isListed}
        limit ${COUNTED + 1}) counted)`
      return pageWithTotal(total, page, sql`page.position desc`)
    })
  const lists = {
    all: list(undefined),
    waiting: list(and(isNotNull(due_at), eq(state, 'waiting'))),
    delivered: list(eq(state, 'delivered')),
    failed: list(eq(state, 'failed'))
  }
  const again = rendered((named: Named<Asked & { eventId: string }>) =>
    query
      .update(webhookDeliveries)
      .set({ state: 'waiting', attempts: 0, due_at: now, updated_at: now })
      .where(
        and(
          ofEndpoint(named),
          eq(event_id, named.eventId),
          sql`exists (select from ${events} where ${events.position} = ${position}
            and ${events.event_id} = ${event_id})`
        )
      )
      .returning({ position })
  )
  const prune = rendered(
    ({ retention }: Named<{ retention: number }>) => sql<{ count: number }>`with pruned as (
      delete from ${webhookDeliveries} where ctid = any(array(select ctid from ${webhookDeliveries}
        where ${updated_at} < now() - make_interval(secs => ${retention}) limit ${PRUNED_AT_ONCE}))
      returning 1) select count(*) from pruned`
  )

  return (client: Client) => ({
    /**
     * At most `limit` events after a position, with the state of the log and the number of the endpoint's deliveries
     * that wait for a retry. `reached` is the position up to which the log was scanned.
     * @param types null for all but the events that only our own workers handle
     */
    async readLog(
      endpointId: string,
      after: number,
      types: readonly string[] | null,
      limit: number
    ): Promise<{ events: LoggedEvent[]; state: LogState; waiting: number; reached: number }> {
      // The text form of an array, since the client knows no array types; names of types need no quotes.
      const list = types === null ? null : `{${types.join(',')}}`
      const rows = await readLog(client, { endpointId, after, types: list, limit })
      const [first] = rows
      if (first === undefined) throw new Error('The log has no state')
      const { epoch, last, pruned, waiting } = first
      const events = rows.flatMap((row) => (isEvent(row) ? [eventOf(row)] : []))
      const reached =
        events.length === limit
          ? (events.at(-1)?.position ?? after)
          : Math.max(after, Math.min(last, Math.max(after, pruned) + SCANNED))
      return { events, state: { epoch, last, pruned }, waiting, reached }
    },
    /** Deliveries that are due for a retry, the longest due first; with `probe`, also those that are not due yet. */
    async listRetries(endpointId: string, limit: number, { probe }: { probe: boolean }): Promise<Retry[]> {
      const rows = await (probe ? next : due)(client, { endpointId, limit })
      return rows.map((row) => ({
        position: row.of_delivery,
        event_id: row.of_event,
        attempts: row.attempts,
        event: isEvent(row) ? eventOf(row) : null
      }))
    },
    /** Records the outcomes of attempts, and returns the seconds until the next retry; null if none is waiting. */
    async record(endpointId: string, outcomes: readonly DeliveryOutcome[]): Promise<number | null> {
      if (outcomes.length > 0) await record(client, { endpointId, rows: JSON.stringify(outcomes) })
      const [row] = await nextRetry(client, { endpointId })
      return row?.seconds ?? null
    },
    /** The state of the tenant's log. */
    async logState(): Promise<LogState> {
      const [row] = await readState(client)
      if (row === undefined) throw new Error('The log has no state')
      return row
    },
    /**
     * Where the events logged since a moment begin.
     * @param since RFC 3339
     * @param retention seconds for which events are kept
     * @returns `cursor`: the position before the first of them; null if some of them may have been pruned
     */
    async cursorBefore(
      since: string,
      retention: number
    ): Promise<{ epoch: string; pruned: number; cursor: number | null }> {
      const [row] = await cursorBefore(client, { since, retention })
      if (row === undefined) throw new Error('The log has no state')
      return row
    },
    /** The newest position with a delivery; null if there is none. */
    async newestOf(endpointId: string): Promise<number | null> {
      const [row] = await newestOf(client, { endpointId })
      return row?.position ?? null
    },
    /** A page of an endpoint's deliveries, newest event first; counted up to 10,000. */
    async list(
      endpointId: string,
      { state, ...page }: { state: DeliveryState | null; limit: number; offset: number }
    ): Promise<PageWithTotal<Delivery> & { totalCapped: boolean }> {
      const rows = await lists[state ?? 'all'](client, { endpointId, ...page })
      const { items, total } = readPage<Delivery>(rows, 'event_id')
      return { items, total: Math.min(total, COUNTED), totalCapped: total > COUNTED }
    },
    /** Makes an event due again, with its full number of attempts, if it was tried before and is still in the log. */
    async again(endpointId: string, eventId: string): Promise<{ outcome: 'due' | 'missing' }> {
      const { length } = await again(client, { endpointId, eventId })
      return { outcome: length > 0 ? 'due' : 'missing' }
    },
    /** Deletes deliveries whose last change is more than `retention` seconds ago. @returns whether there may be more */
    async prune(retention: number): Promise<boolean> {
      const [row] = await prune(client, { retention })
      return (row?.count ?? 0) === PRUNED_AT_ONCE
    }
  })
}

type Nullable<T> = { [Name in keyof T]: T[Name] | null }

const isEvent = <Row extends Nullable<LoggedEvent>>(row: Row): row is Row & LoggedEvent =>
  row.position !== null

const eventOf = (row: LoggedEvent): LoggedEvent => {
  const { position, event_id, event_type, tenant_id, user_id, timestamp, data } = row
  return { position, event_id, event_type, tenant_id, user_id, timestamp, data }
}
