import { sql, type BuildColumns } from 'drizzle-orm'
import {
  bigint,
  boolean,
  jsonb,
  text,
  uuid,
  varchar,
  type PgColumnBuilderBase,
  type PgTableWithColumns
} from 'drizzle-orm/pg-core'
import { moment } from './columns.js'
import type { OutboxTable } from './outbox-table.js'

const position = () => bigint({ mode: 'number' })

/**
 * The columns of an event log, the same in the main and in every tenant database: the events of its outbox in one order
 * for all readers. A relay moves rows here from the outbox and assigns positions, from 1 and without gaps. Rows never
 * change, except that an erasure removes addresses and names.
 */
export const eventColumns = () => ({
  position: position().primaryKey(),
  event_id: uuid().notNull(),
  event_type: varchar({ length: 100 }).notNull(),
  tenant_id: uuid(),
  user_id: uuid(),
  timestamp: moment().notNull(),
  data: jsonb().$type<Record<string, unknown>>().notNull(),
  /** When it was taken into the log; EVENT_RETENTION counts from then. */
  logged_at: moment()
    .notNull()
    .default(sql`now()`)
})

/** The columns of the state of a log, one row. */
export const eventStateColumns = () => ({
  id: boolean().primaryKey().default(true),
  /** Part of every cursor that clients hold; replaced after a restore, because positions are then reused. */
  epoch: uuid()
    .notNull()
    .default(sql`gen_random_uuid()`),
  /** The newest position. */
  last: position().notNull().default(0),
  /** Kafka has accepted or refused everything up to here; without Kafka, all handlers are done with it. */
  published: position().notNull().default(0),
  /** Everything up to here is deleted, except for refused events. */
  pruned: position().notNull().default(0)
})

/**
 * The progress of each handler, where the handlers read the log instead of Kafka, and the lease that lets one process
 * at a time run the handler. A handler without a row, or with a position before `published`, continues from
 * `published`.
 */
export const eventCursorColumns = () => ({
  /** The type of event that it handles. */
  consumer: varchar({ length: 50 }).primaryKey(),
  position: position().notNull().default(0),
  leased_by: uuid(),
  leased_until: moment()
})

/**
 * The columns of events that a consumer will never accept: `kafka`, or a handler, by its type of event. The row keeps
 * its event from being pruned.
 */
export const refusedEventColumns = () => ({
  position: position().notNull(),
  consumer: varchar({ length: 50 }).notNull(),
  error: text().notNull(),
  since: moment()
    .notNull()
    .default(sql`now()`),
  /** Set by an operator to have the event retried once. */
  retry: boolean().notNull().default(false)
})

type Table<Name extends string, Columns extends Record<string, PgColumnBuilderBase>> = PgTableWithColumns<{
  name: Name
  schema: undefined
  columns: BuildColumns<Name, Columns, 'pg'>
  dialect: 'pg'
}>

/** The outbox of the main database, or of a tenant, and its log. */
export interface EventLogTables {
  outbox: OutboxTable
  events: Table<'events', ReturnType<typeof eventColumns>>
  eventState: Table<'event_state', ReturnType<typeof eventStateColumns>>
  eventCursors: Table<'event_cursors', ReturnType<typeof eventCursorColumns>>
  refusedEvents: Table<'events_refused', ReturnType<typeof refusedEventColumns>>
}
