import type { Test } from 'tap'
import { resource } from '../../plugins/resources.js'
import { createTenant, signUp, startApi } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'
import { startWorker } from '../helpers/worker.js'
import { seeded } from '../patches/seeded.js'
import { createKeeper, type Cage } from './canaries.js'
import { checkLeases, tellPlace } from './lease-check.js'
import { committedEvents } from '../helpers/committed-events.js'

export interface Proof {
  tenants: number
  /** The most pools that a process holds. */
  pools: number
  operations: number
  concurrency: number
  /** Operations between two kills of a backend. */
  killEvery: number
}

const POOL_SIZE = 2

/**
 * Performs operations on tenants with canaries through the API, the worker and signed URLs, while pools are evicted and
 * backends killed. The seed is ISOLATION_SEED or a new one, and is printed.
 * @returns a summary for people
 */
export async function proveIsolation(t: Test, proof: Proof): Promise<string> {
  const seed = Number(process.env['ISOLATION_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
  console.error(`ISOLATION_SEED=${seed}`)
  const installation = await createInstallation(t, {
    TENANT_MAX_CONNECTIONS: String(proof.pools * POOL_SIZE),
    TENANT_POOL_SIZE: String(POOL_SIZE),
    TENANT_POOL_WAIT_MS: '60000',
    SWEEP_INTERVAL: '1',
    JWT_ACCESS_TTL: '86400',
    LOG_LEVEL: 'fatal'
  })
  const { config, sql, places, tenantSql } = installation
  const api = await startApi(t, config)
  const keeperClient = await signUp(api.url)
  const cages: Cage[] = []
  for (let index = 0; index < proof.tenants; index++) {
    const tenant = await createTenant(keeperClient, `cage ${index}`)
    cages.push({ index, tenant, canaries: [] })
    const db = tenantSql(tenant.database_name)
    await tellPlace(db)
    await db.end()
  }
  const worker = await startWorker(t, config)
  const apps = [api.app, worker]
  const adapters = apps.map((app) => resource(app, 'places'))
  const placeOf = (name: string) =>
    `${places.databaseOf(name)}.${config.tenancy.strategy === 'schema' ? name : 'public'}`
  const tenants = cages.map(({ tenant }) => tenant)
  const checks = apps.map((app) => checkLeases(resource(app, 'router'), tenants, placeOf))
  const keeper = createKeeper(keeperClient, cages)
  const { report } = keeper

  let next = 0
  let kills = 0
  async function hand(): Promise<void> {
    while (next < proof.operations && report.problems.length === 0) {
      const number = next++
      await keeper.perform(seed, number)
      if (number % proof.killEvery === proof.killEvery - 1) kills += await killBackend(number)
      if (number % 50 === 49) evict(number)
      if (number % 5_000 === 4_999) console.error(`${number + 1} operations`)
    }
  }
  function evict(number: number): void {
    const random = seeded(seed ^ number)
    for (const adapter of adapters) adapter.evict(random.oneOf(cages).tenant)
  }
  async function killBackend(number: number): Promise<number> {
    const names = new Set(cages.map(({ tenant }) => places.databaseOf(tenant.database_name)))
    const found = await sql<{ pid: number }[]>`select pid from pg_stat_activity
      where application_name = 'strongroom-tenant' and datname = any(${[...names]}) order by pid`
    if (found.length === 0) return 0
    const { pid } = seeded(seed + number).oneOf(found)
    await sql`select pg_terminate_backend(${pid})`
    return 1
  }

  await Promise.all(Array.from({ length: proof.concurrency }, hand))
  t.same(report.problems, [])
  t.ok(kills > 0, `${kills} backends were killed`)

  // The worker verifies every remaining file: one in the wrong tenant's place would be damaged or missing.
  for (const { index, tenant } of cages) {
    const db = tenantSql(tenant.database_name)
    await until(async () => (await db`select from files where verified_at is null`).length === 0)
    const astray = await db`
      select filename as found from documents where filename not like ${`canary-${index}-%`}
      union all select s3_path from files where s3_path not like ${`tenants/${tenant.id}/%`}
      union all select verification from files where verification <> 'intact'
      union all select tenant_id::text from ${committedEvents(db)} where tenant_id <> ${tenant.id}`
    if (astray.length > 0) t.fail(`tenant ${index} holds ${JSON.stringify(astray)}`)
    await db.end()
  }
  for (const check of checks) {
    t.same(check.astray, [])
    t.ok(check.leases > 0)
  }
  const counts = adapters.flatMap((adapter) => adapter.counts().map(([, of]) => of))
  const sum = (key: 'opens' | 'evictions') => counts.reduce((total, each) => total + each[key], 0)
  return (
    `${report.operations} operations, ${checks.map(({ leases }) => leases).join(' + ')} leases of API + worker, ` +
    `${report.links} links, ${sum('opens')} openings, ${sum('evictions')} evictions, ` +
    `${report.unavailable} answers 503 after ${kills} killed backends`
  )
}
