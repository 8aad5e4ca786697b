import type postgres from 'postgres'
import { withTransaction } from '../client.js'
import { quoteName } from '../quote.js'
import type { Client } from '../statement.js'

/** What runs the statements of one tenant. */
export interface TenantClient extends Client {
  /** Runs several statements that commit together or not at all. */
  transaction<T>(work: (transaction: Client) => Promise<T>): Promise<T>
}

/** The tables are found by the connections' `search_path`. */
export const inDatabase = (sql: postgres.Sql): TenantClient => ({
  unsafe: (text, parameters, options) => sql.unsafe(text, parameters, options),
  transaction: (work) => withTransaction(sql, work)
})

/** Stands for the schema in statements rendered for all schemas at once; no real name of a schema is as long. */
export const ANY_SCHEMA = 'the schema of whichever tenant it is that this statement is run for'
const STAND_IN = quoteName(ANY_SCHEMA)

/** Runs a transaction, perhaps on other connections than those for single statements. */
export type Begin = <T>(work: (transaction: postgres.TransactionSql) => Promise<T>) => Promise<T>

/** The tables are in a schema: statements of those in `ANY_SCHEMA` name it instead. */
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
