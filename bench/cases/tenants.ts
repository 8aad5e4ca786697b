import type { Options } from 'autocannon'
import { migrationsOf, type Migration } from '../../db/migrate.js'
import { migrateFleet } from '../../scripts/tenants/migrate-fleet.js'
import { openInstallation } from '../../scripts/operator/installation.js'
import type { BenchCase, CaseContext, Findings } from '../harness/case.js'
import { contest } from '../harness/contest.js'
import { startOurs } from '../harness/contenders.js'
import { requestsPerSecond } from '../harness/load.js'
import { crowd } from '../harness/tenant-crowd.js'

/** Tenants that are few for any installation. */
const FEW = 16

/** Requests to these tenants in turn. */
function inTurns(url: string, ids: string[]): Options {
  let turn = 0
  const path = () => `/api/tenants/${ids[turn++ % ids.length]}/usage`
  return { url, requests: [{ setupRequest: (request) => ({ ...request, path: path() }) }] }
}

/** The same requests to one tenant and to several at default settings, while there are `count` tenants. */
async function hotPath(count: number, context: CaseContext, aim?: number): Promise<Findings> {
  const { rounds, seconds, installation, progress } = context
  const ours = await startOurs(installation)
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
    const few = await contest(rounds, measure(ids.slice(0, FEW)), one, onRound)
    const all = await contest(rounds, measure(ids), one, onRound)
    return {
      results: [
        { what: `${FEW} tenants of ${count} in turns`, against, unit, contest: few, aim: { atLeast: 0.65 } },
        {
          what: `all ${count} tenants in turns`,
          against,
          unit,
          contest: all,
          ...(aim && { aim: { atLeast: aim } })
        }
      ]
    }
  } finally {
    await ours.stop()
  }
}

/** What a release does to every tenant: one small migration, at the command's own concurrency. */
async function fleet(count: number, { installation, progress }: CaseContext): Promise<Findings> {
  const ours = await startOurs(installation)
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
  {
    name: 'tenants-60',
    about: 'requests to one and to many of 60 tenants',
    run: (at) => hotPath(60, at, 0.45)
  },
  { name: 'tenants-100', about: 'requests to one and to many of 100 tenants', run: (at) => hotPath(100, at) },
  {
    name: 'tenants-1000',
    about: 'requests to one and to many of 1,000 tenants',
    onlyByName: true,
    run: (at) => hotPath(1_000, at)
  },
  { name: 'fleet', about: 'one migration of 100 tenants, in tenants per second', run: (at) => fleet(100, at) }
]
