import type postgres from 'postgres'
import { withTransaction } from '../client.js'
import { quoteName } from '../quote.js'
import type { Client } from '../statement.js'

/** Runs the statements of one tenant. */
export interface TenantClient extends Client {
  /** Runs several statements that commit together or not at all. */
  transaction<T>(work: (transaction: Client) => Promise<T>): Promise<T>
}

/** For tables that the connections' `search_path` leads to. */
export const inDatabase = (sql: postgres.Sql): TenantClient => ({
  unsafe: (text, parameters, options) => sql.unsafe(text, parameters, options),
  transaction: (work) => withTransaction(sql, work)
})

/**
 * The placeholder for the schema in statements that are rendered once for all schemas; longer than any real schema
 * name.
 */
export const ANY_SCHEMA = 'the schema of whichever tenant it is that this statement is run for'
const STAND_IN = quoteName(ANY_SCHEMA)

/** Runs a transaction, perhaps on different connections from those for single statements. */
export type Begin = <T>(work: (transaction: postgres.TransactionSql) => Promise<T>) => Promise<T>

/** For tables in one of many schemas: replaces `ANY_SCHEMA` in the statements with its name. */
export function inSchema(sql: Client, schema: string, begin: Begin): TenantClient {
  const name = quoteName(schema)
  const naming = (client: Client): Client => ({
    unsafe: (text, parameters, options) =>
      client.unsafe(
        text.replaceAll(STAND_IN, () => name),
        parameters,
        { ...options, schema }
      )
  })
  return { ...naming(sql), transaction: (work) => begin((inside) => work(naming(inside))) }
}
