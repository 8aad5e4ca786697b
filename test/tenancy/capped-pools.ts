import { randomBytes } from 'node:crypto'
import postgres from 'postgres'
import type { Test } from 'tap'
import { createClient } from '../../db/client.js'
import { databaseName, withLogin } from '../../db/database-url.js'
import { quoteName } from '../../db/quote.js'
import { ConnectionCap, type CapOptions } from '../../plugins/tenancy/connection-cap.js'
import type { Holder } from '../../plugins/tenancy/connection-member.js'
import { testServices } from '../helpers/services.js'

/** A pool under the cap, leased while `use` runs. */
export interface CappedPool {
  sql: postgres.Sql
  holder: Holder
  use: <T>(work: (sql: postgres.Sql) => Promise<T>) => Promise<T>
}

/**
 * Pools that share connections on their own login, which the server limits to `limit` connections: one too many is
 * refused with 53300, and counted as a failed connect.
 */
export async function cappedPools(
  t: Test,
  options: Partial<CapOptions> & { limit?: number; url?: string; repair?: Holder['repair'] } = {}
) {
  const {
    limit = -1,
    url = testServices().databaseUrl,
    repair = () => Promise.resolve(false),
    ...more
  } = options
  const role = `capped_${randomBytes(6).toString('hex')}`
  const admin = postgres(testServices().databaseUrl, { max: 2, onnotice: () => undefined })
  await admin.unsafe(`create role ${role} login password 'right' connection limit ${limit}`)
  // Installations revoke access to maintenance databases from everyone else.
  await admin.unsafe(`create schema ${role} authorization ${role};
    grant connect on database ${quoteName(databaseName(url))} to ${role}`)
  const cap = new ConnectionCap({ maxConnections: 2, growMs: 25, waitMs: 60_000, ...more })
  const pools: CappedPool[] = []
  t.teardown(async () => {
    await admin`select pg_terminate_backend(pid, 20000) from pg_stat_activity where usename = ${role}`
    await Promise.all(pools.map(({ sql }) => sql.end({ timeout: 5 })))
    await admin.unsafe(`drop owned by ${role} cascade; drop role ${role}`)
    await admin.end()
  })

  function pool(password = 'right', max = 4): CappedPool {
    const holder: Holder = { leases: 0, lastUsed: 0, repair, onEmpty: () => undefined }
    const { gate } = cap.admit(holder)
    const { sql } = createClient(withLogin(url, { username: role, password }), {
      max,
      applicationName: role,
      gate
    })
    const made: CappedPool = {
      sql,
      holder,
      async use(work) {
        holder.leases += 1
        holder.lastUsed = performance.now()
        try {
          return await work(sql)
        } finally {
          holder.leases -= 1
        }
      }
    }
    pools.push(made)
    return made
  }
  const asleep = () =>
    admin<
      { pid: number }[]
    >`select pid from pg_stat_activity where usename = ${role} and wait_event = 'PgSleep'`
  return { cap, pool, role, admin, asleep }
}
