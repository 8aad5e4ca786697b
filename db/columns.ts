import { sql } from 'drizzle-orm'
import { customType, timestamp, uuid } from 'drizzle-orm/pg-core'

/** A moment, to the millisecond, which is all that RFC 3339 text on the wire carries. */
export const moment = () => timestamp({ withTimezone: true, precision: 3, mode: 'string' })

/** What every entity has. The database's clock sets the times, so that all processes agree on them. */
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

export const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' })
