import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Test } from 'tap'
import { createClient } from '../../db/client.js'
import { createTenancyRecords } from '../../db/main/tenancy-records.js'
import type { TenantRef } from '../../plugins/tenancy/router.js'
import { createTenancy } from '../../plugins/tenancy/create-tenancy.js'
import type { Installation } from '../helpers/installation.js'

export interface PoolLoad {
  tenants: number
  /** How often each tenant is used. */
  rounds: number
  /** Concurrent pieces of work. */
  concurrency: number
  /** Milliseconds that each piece of work takes besides its statements. */
  slowness: number
}

/**
 * Uses many tenants in turns, and counts the connections meanwhile.
 * @returns the largest number of connections, and the bytes of the heap after each round
 */
export async function loadPools(t: Test, installation: Installation, load: PoolLoad) {
  const { config, sql } = installation
  const main = createClient(config.database, { max: 2, applicationName: 'strongroom-test' })
  const { router, places } = createTenancy(config, createTenancyRecords(main), (error) =>
    t.fail(String(error))
  )
  t.teardown(async () => {
    await places.close()
    await main.close()
  })
  const prefix = `tenant_load_${randomBytes(4).toString('hex')}`
  const tenants: TenantRef[] = Array.from({ length: load.tenants }, (_, index) => ({
    id: randomUUID(),
    database_name: `${prefix}_${index}`,
    server: 'main'
  }))
  await inTurns(tenants, 4, async (tenant) => {
    await sql`insert into tenants (id, name, database_name, status)
      values (${tenant.id}, 'load', ${tenant.database_name}, 'active')`
    await places.provision(tenant)
  })

  let most = 0
  const watching = new AbortController()
  const watcher = (async () => {
    while (!watching.signal.aborted) {
      const [row] = await sql<{ count: number }[]>`select count(*)::int from pg_stat_activity
        where application_name = 'strongroom-tenant'
          and (datname = current_database() or starts_with(datname, ${prefix}))`
      most = Math.max(most, row?.count ?? 0)
      await delay(5)
    }
  })()

  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('gc') as () => void
  const heap: number[] = []
  try {
    for (let round = 0; round < load.rounds; round++) {
      await inTurns(tenants, load.concurrency, (tenant) =>
        router.withTenant(tenant, async (store) => {
          await Promise.all([store.eventLog.backlog(), store.usage.fold()])
          await delay(load.slowness)
          await store.eventLog.backlog()
        })
      )
      collectGarbage()
      heap.push(process.memoryUsage().heapUsed)
    }
  } finally {
    watching.abort()
    await watcher
  }
  return { most, heap, counts: places.counts()[0]?.[1] }
}

/** Does the work for all items, at most `concurrency` at a time. */
async function inTurns<T>(items: T[], concurrency: number, work: (item: T) => Promise<void>): Promise<void> {
  const left = items.values()
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      for (const item of left) await work(item)
    })
  )
}
