import type { Options } from 'autocannon'
import { migrationsOf, type Migration } from '../../db/migrate.js'
import { migrateFleet } from '../../scripts/tenants/migrate-fleet.js'
import { openInstallation } from '../../scripts/operator/installation.js'
import type { BenchCase, CaseContext, Findings } from '../harness/case.js'
import { contest } from '../harness/contest.js'
import { startOurs } from '../harness/contenders.js'
import { requestsPerSecond } from '../harness/load.js'
import { crowd } from '../harness/tenant-crowd.js'

/** Number of pools: together they need fewer connections than the embedded PostgreSQL has. */
const POOLS = 16
const POOL_SIZE = 4
const SETTINGS = {
  TENANT_MAX_CONNECTIONS: String(POOLS * POOL_SIZE),
  TENANT_POOL_SIZE: String(POOL_SIZE),
  TENANT_POOL_WAIT_MS: '60000'
}

/** Requests to these tenants in turn. */
function inTurns(url: string, ids: string[]): Options {
  let turn = 0
  const path = () => `/api/tenants/${ids[turn++ % ids.length]}/usage`
  return { url, requests: [{ setupRequest: (request) => ({ ...request, path: path() }) }] }
}

/** The same requests to one tenant and to several, while there are `count` tenants. */
async function hotPath(count: number, context: CaseContext): Promise<Findings> {
  const { rounds, seconds, installation, progress } = context
  const ours = await startOurs(installation, SETTINGS)
  try {
    const ids = await crowd(installation, ours, count, (created) =>
      progress(`${created} of ${count} tenants`)
    )
    const measure = (some: string[]) => () =>
      requestsPerSecond({ ...inTurns(ours.url, some), duration: seconds, headers: ours.headers })
    const against = 'one tenant'
    const unit = 'req/s'
    const one = measure(ids.slice(0, 1))
    const onRound = (round: number) => progress(`round ${round} of ${rounds}`)
    const fitting = await contest(rounds, measure(ids.slice(0, POOLS)), one, onRound)
    const all = await contest(rounds, measure(ids), one, onRound)
    return {
      results: [
        {
          what: `${POOLS} tenants of ${count} in turns, whose pools fit`,
          against,
          unit,
          contest: fitting,
          aim: { atLeast: 1 / 1.1 }
        },
        {
          what: `all ${count} tenants in turns, on ${POOLS} pools`,
          against,
          unit,
          contest: all
        }
      ]
    }
  } finally {
    await ours.stop()
  }
}

/** What a release does to every tenant: one small migration, at the command's own concurrency. */
async function fleet(count: number, { installation, progress }: CaseContext): Promise<Findings> {
  const ours = await startOurs(installation, SETTINGS)
  await crowd(installation, ours, count, (created) => progress(`${created} of ${count} tenants`))
  await ours.stop()
  const known = migrationsOf('tenant')
  const newest = Math.max(...known.map((migration) => migration.folderMillis))
  const next: Migration = {
    name: 'bench',
    sql: [`alter table documents add column bench_${Date.now()} text`],
    hash: 'bench',
    folderMillis: newest + 1,
    oldestCode: newest
  }
  const migrations = openInstallation(installation.config, [...known, next])
  try {
    let seen = 0
    const start = performance.now()
    const { done, changed, failed } = await migrateFleet(migrations, {
      concurrency: 4,
      onTenant: () => progress(`${++seen} tenants migrated`)
    })
    const elapsed = (performance.now() - start) / 1000
    if (failed > 0 || changed < count)
      throw new Error(`${changed} of ${count} were migrated, ${failed} failed`)
    return {
      figures: [{ what: `migration of ${done} tenants`, value: done / elapsed, unit: 'tenants/s' }]
    }
  } finally {
    await migrations.close()
  }
}

/** The cost of many tenants. */
export const tenants: BenchCase[] = [
  { name: 'tenants-100', about: 'requests to one and to many of 100 tenants', run: (at) => hotPath(100, at) },
  {
    name: 'tenants-1000',
    about: 'requests to one and to many of 1,000 tenants',
    onlyByName: true,
    run: (at) => hotPath(1_000, at)
  },
  { name: 'fleet', about: 'one migration of 100 tenants, in tenants per second', run: (at) => fleet(100, at) }
]
