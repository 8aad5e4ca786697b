import type postgres from 'postgres'
import { within } from '../core/concurrency/timeout.js'
import { connect } from './connect.js'

export interface DatabasePing {
  /** Rejects unless the database answers within `PATIENCE_MS`. */
  ask: () => Promise<void>
  close(): Promise<void>
}

/** Milliseconds to wait for an answer. */
const PATIENCE_MS = 3_000

/**
 * Checks that a database answers, over a dedicated connection, so that the result depends neither on how busy a pool is
 * nor on whether the server has a free connection.
 */
export function createPing(url: string, applicationName: string): DatabasePing {
  let sql: postgres.Sql | undefined

  const open = () =>
    connect(url, {
      max: 1,
      connect_timeout: PATIENCE_MS / 1000,
      backoff: () => 0,
      fetch_types: false,
      prepare: false,
      onnotice: () => undefined,
      connection: { application_name: applicationName }
    })

  async function ask(): Promise<void> {
    const own = (sql ??= open())
    try {
      await within(
        PATIENCE_MS,
        own.unsafe('select 1'),
        () => new Error(`The database did not answer within ${PATIENCE_MS} ms`)
      )
    } catch (error) {
      // A connection that did not answer may be dead, so the next call opens another one.
      sql = undefined
      void own.end({ timeout: 0 })
      throw error
    }
  }

  return {
    ask,
    async close() {
      await sql?.end({ timeout: 1 })
    }
  }
}
