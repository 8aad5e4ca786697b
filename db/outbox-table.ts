import { sql, type BuildColumns } from 'drizzle-orm'
import { bigint, jsonb, uuid, varchar, type PgTableWithColumns } from 'drizzle-orm/pg-core'
import { moment } from './columns.js'

/**
 * The columns of an outbox, the same in the main and in every tenant database. The statement that makes a change also
 * writes its row here. `sequence` is the order of publishing, but not a cursor: a row with a lower number may become
 * visible later.
 */
export const outboxColumns = () => ({
  event_id: uuid()
    .primaryKey()
    .default(sql`gen_random_uuid()`),
  sequence: bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
  event_type: varchar({ length: 100 }).notNull(),
  tenant_id: uuid(),
  user_id: uuid(),
  timestamp: moment()
    .notNull()
    .default(sql`now()`),
  data: jsonb().$type<Record<string, unknown>>().notNull(),
  /** Written by earlier versions, which kept published rows here. */
  published_at: moment()
})

/** The outbox of the main database, or of a tenant. */
export type OutboxTable = PgTableWithColumns<{
  name: 'outbox'
  schema: undefined
  columns: BuildColumns<'outbox', ReturnType<typeof outboxColumns>, 'pg'>
  dialect: 'pg'
}>
