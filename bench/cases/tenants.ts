import type { Options } from 'autocannon'
import { loadConfig } from '../../core/config/config.js'
import { createClient } from '../../db/client.js'
import { migrationsOf, type Migration } from '../../db/migrate.js'
import { prepareMainDatabase } from '../../db/prepare-main-database.js'
import { migrateFleet } from '../../scripts/tenants/migrate-fleet.js'
import { openInstallation } from '../../scripts/operator/installation.js'
import type { BenchCase, CaseContext, Findings } from '../harness/case.js'
import { startOurs, type OurServer } from '../harness/contenders.js'
import { cpuContest, type Measured } from '../harness/cpu-contest.js'
import { load } from '../harness/load.js'
import { cpuOf, cpuOfFamily, privateMemoryOf } from '../harness/process.js'
import { crowd } from '../harness/tenant-crowd.js'
import { postmasterOf, type BenchInstallation } from '../installation.js'

/** The strategies, and what their tenants are stored as. */
const STRATEGIES = { database: 'databases', schema: 'schemas' } as const

/** Requests to these tenants in turn. */
function inTurns(url: string, ids: string[]): Options {
  let turn = 0
  const path = () => `/api/tenants/${ids[turn++ % ids.length]}/usage`
  return { url, requests: [{ setupRequest: (request) => ({ ...request, path: path() }) }] }
}

/** The same PostgreSQL with another main database, whose tenants are schemas. */
async function withSchemas(installation: BenchInstallation): Promise<BenchInstallation> {
  const environment = {
    ...installation.environment,
    DATABASE_URL: installation.databaseUrl(SCHEMAS_DATABASE),
    TENANCY_STRATEGY: 'schema'
  }
  const config = loadConfig(environment)
  await prepareMainDatabase(config, () => undefined)
  return { ...installation, environment, config }
}

const SCHEMAS_DATABASE = 'bench_schemas'

/**
 * Compares requests to `count` tenants in turns, as databases and as schemas, with the same requests to one database.
 * The processor time is that of the API and of PostgreSQL.
 */
async function hotPath(count: number, context: CaseContext, aims: Partial<Aims> = {}): Promise<Findings> {
  const { rounds, seconds, installation, progress } = context
  const postgres = postmasterOf(installation)
  const settings = { TENANT_MAX_CONNECTIONS: String(Math.min(Math.max(count, 120), 240)) }
  const installations = { database: installation, schema: await withSchemas(installation) }
  const servers: OurServer[] = []
  const findings: Required<Findings> = { results: [], figures: [] }

  async function start(strategy: keyof Aims) {
    const server = await startOurs(installations[strategy], settings)
    servers.push(server)
    const ids = await crowd(installations[strategy], server, count, (created) =>
      progress(`${created} of ${count} ${STRATEGIES[strategy]}`)
    )
    const requestsTo = (some: string[]): Measured => ({
      load: () => load({ ...inTurns(server.url, some), duration: seconds, headers: server.headers }),
      cpu: () => cpuOf(server.pid) + cpuOfFamily(postgres)
    })
    return { ids, requestsTo }
  }

  try {
    const tenants = { database: await start('database'), schema: await start('schema') }
    const one = tenants.database.requestsTo(tenants.database.ids.slice(0, 1))
    for (const strategy of ['database', 'schema'] as const) {
      const { ids, requestsTo } = tenants[strategy]
      const onRound = (round: number) => progress(`${STRATEGIES[strategy]}, round ${round} of ${rounds}`)
      const { rate, cpu } = await cpuContest(rounds, requestsTo(ids), one, onRound)
      const what = `${count} ${STRATEGIES[strategy]} in turns`
      const against = 'one database'
      const aim = aims[strategy]
      findings.results.push(
        { what, against, unit: 'req/s', contest: rate, ...(aim && { aim: { atLeast: aim } }) },
        { what: `${what}, CPU per request`, against, unit: 'µs', contest: cpu }
      )
    }
    findings.figures.push({
      what: `PostgreSQL's memory for each of ${count} schemas read`,
      value: (await memoryOfSchemas(installations.schema)) / count,
      unit: 'MiB',
      ...(count >= MANY && { aim: { atMost: 0.3 } })
    })
    return findings
  } finally {
    await Promise.all(servers.map((server) => server.stop()))
  }
}

/** The smallest ratios that meet the aim. */
type Aims = Record<keyof typeof STRATEGIES, number>

/** From this many tenants, the memory of the connections themselves no longer matters. */
const MANY = 240

/** The private memory, in MiB, of the backends that serve all schemas. */
async function memoryOfSchemas({ databaseUrl }: BenchInstallation): Promise<number> {
  const client = createClient(databaseUrl(SCHEMAS_DATABASE), { max: 1, applicationName: 'strongroom-bench' })
  const backends = await client.sql<{ pid: number }[]>`select pid from pg_stat_activity
    where datname = current_database() and application_name = 'strongroom-tenant'`
  await client.close()
  return backends.reduce((sum, { pid }) => sum + privateMemoryOf(pid), 0)
}

/** Measures what a release does to every tenant: one small migration, with the concurrency of the command. */
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
    name: 'tenants-16',
    about: 'requests to 16 tenants in turns, as databases and as schemas',
    run: (at) => hotPath(16, at, { database: 0.65, schema: 0.7 })
  },
  {
    name: 'tenants-60',
    about: 'the same with 60 tenants',
    run: (at) => hotPath(60, at, { database: 0.45, schema: 0.7 })
  },
  {
    name: 'tenants-240',
    about: 'the same with 240 tenants, and as many connections',
    run: (at) => hotPath(240, at, { database: 0.4, schema: 0.7 })
  },
  {
    name: 'tenants-1000',
    about: 'the same with 1,000 tenants, and 240 connections',
    onlyByName: true,
    run: (at) => hotPath(1_000, at, { schema: 0.7 })
  },
  { name: 'fleet', about: 'one migration of 100 tenants, in tenants per second', run: (at) => fleet(100, at) }
]
