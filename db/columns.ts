import { sql } from 'drizzle-orm'
import { customType, integer, timestamp, uuid } from 'drizzle-orm/pg-core'

/** A moment to the millisecond, the precision of RFC 3339 text on the wire. */
export const moment = () => timestamp({ withTimezone: true, precision: 3, mode: 'string' })

/** The columns of every entity. The database's clock sets the times, so that all processes agree on them. */
export const entity = () => ({
  id: uuid().primaryKey(),
  created_at: moment()
    .notNull()
    .default(sql`now()`),
  updated_at: moment()
    .notNull()
    .default(sql`now()`),
  created_by: uuid()
})

/**
 * The revision of a row, from 1. The trigger `…_revised` increments it when a column that clients see changes; the
 * resource's ETag is made of it.
 */
export const revision = () => integer().notNull().default(1)

export const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' })
