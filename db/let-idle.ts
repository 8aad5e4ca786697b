import { sql } from 'drizzle-orm'
import { rendered, type Named } from './statement.js'

/**
 * Lets the rest of a transaction wait for its client, between two statements, for as long as PostgreSQL's interval says
 * instead of the usual limit (`SESSION_LIMITS`). For transactions that wait for something else than this database.
 */
export const letIdle = rendered(
  ({ most }: Named<{ most: string }>) =>
    sql<never>`select set_config('idle_in_transaction_session_timeout', ${most}::text, true)`
)
