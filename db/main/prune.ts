import { sql, type SQL } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'
import { prepared, type Client } from '../statement.js'

/** How many rows one statement deletes; it bounds the statement's running time. */
const PRUNED_AT_ONCE = 1_000

/**
 * Returns a function that deletes up to 1,000 old rows of a table; true if there may be more. It skips rows that another
 * transaction has locked.
 * @param old whether a row is old; in a large table, an index should lead to those that are
 */
export function createPrune(client: Client, table: PgTable, old: SQL): () => Promise<boolean> {
  const prune = prepared(client, () => {
    const some = sql`select ctid from ${table} where ${old}
      limit ${sql.raw(String(PRUNED_AT_ONCE))} for update skip locked`
    return sql<{ one: number }>`delete from ${table} where ctid = any(array(${some})) returning 1 as one`
  })
  return async () => (await prune()).length === PRUNED_AT_ONCE
}
