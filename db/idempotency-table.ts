import { sql } from 'drizzle-orm'
import { char, jsonb, uuid, varchar } from 'drizzle-orm/pg-core'
import { moment } from './columns.js'

/** How many seconds an answer is kept. */
export const ANSWER_RETENTION = 86_400

/**
 * The columns of a table of Idempotency-Keys, the same in the main and in every tenant database. A key belongs to a
 * user and an operation. While its request runs, the row is a claim that the request renews. The statement that
 * commits the change writes `result`, the answer to repeated requests until `expires_at`.
 */
export const idempotencyColumns = () => ({
  user_id: uuid().notNull(),
  operation: varchar({ length: 50 }).notNull(),
  key: varchar({ length: 255 }).notNull(),
  /** The request that holds the claim. */
  owner: uuid().notNull(),
  /** When another request may take over the claim, because a killed process cannot release it. */
  claimed_until: moment().notNull(),
  /** SHA-256 of the request in hexadecimal; null while it is unknown. */
  fingerprint: char({ length: 64 }),
  result: jsonb(),
  expires_at: moment().notNull(),
  created_at: moment()
    .notNull()
    .default(sql`now()`)
})
