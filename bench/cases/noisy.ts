import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import postgres from 'postgres'
import { indexesVersion } from '../../db/indexes/desired-indexes.js'
import { startChild } from '../../scripts/start/children.js'
import { Api } from '../events/api.js'
import { startWorker } from '../events/worker-process.js'
import type { BenchCase, CaseContext, Findings } from '../harness/case.js'
import { contest, quantile } from '../harness/contest.js'
import { startOurs } from '../harness/contenders.js'
import { cpuOf } from '../harness/process.js'
import { createTenant, signUp } from '../installation.js'

const OTHERS = 10
/** The noisy tenant's load, in multiples of each other tenant's. */
const TIMES = 50
const UPLOAD_SIZE = 10 * 1024
/** Milliseconds between two uploads of one client. */
const PAUSE_MS = 200
/** Events per second of each quiet tenant. */
const RATE = 12

/** Compares the other tenants' p99 while the noisy one has 50 times the load of each with the p99 at equal load. */
async function compare(
  what: string,
  { rounds, progress }: CaseContext,
  p99With: (weight: number) => Promise<number>
): Promise<Findings> {
  const result = await contest(
    rounds,
    () => p99With(TIMES),
    () => p99With(1),
    (round) => progress(`${what}, round ${round} of ${rounds}`)
  )
  return {
    results: [
      {
        what: `${what}: p99 of ${OTHERS} tenants beside one with ${TIMES} times their load`,
        against: 'beside one with the same load',
        unit: 'ms',
        contest: result,
        aim: { atMost: 1.5 }
      }
    ]
  }
}

async function uploads(context: CaseContext): Promise<Findings> {
  const ours = await startOurs(context.installation, { RATE_LIMIT_AUTH: '1000000' })
  try {
    const members: { token: string; tenant: { id: string } }[] = []
    for (let n = 0; n <= OTHERS; n++) {
      const { token } = await signUp(ours.url)
      members.push({ token, tenant: await createTenant(ours.url, token) })
    }
    const [noisy, ...others] = members
    if (noisy === undefined) throw new Error('No tenants were made')
    const upload = async ({ token, tenant }: typeof noisy) => {
      const start = performance.now()
      const response = await fetch(`${ours.url}/api/tenants/${tenant.id}/documents?filename=a.bin`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' },
        body: randomBytes(UPLOAD_SIZE)
      })
      await response.arrayBuffer()
      return response.ok ? performance.now() - start : Infinity
    }
    return await compare('uploads of 10 KiB', context, async (weight) => {
      const end = performance.now() + context.seconds * 1000
      const times: number[] = []
      const repeat = async (member: typeof noisy, onTime: (ms: number) => void) => {
        await delay(Math.random() * PAUSE_MS)
        while (performance.now() < end) {
          onTime(await upload(member))
          await delay(PAUSE_MS)
        }
      }
      await Promise.all([
        ...others.map((member) => repeat(member, (ms) => void times.push(ms))),
        ...Array.from({ length: weight }, () => repeat(noisy, () => undefined))
      ])
      return quantile(times, 0.99)
    })
  } finally {
    await ours.stop()
  }
}

async function events(context: CaseContext): Promise<Findings> {
  const { installation, progress, seconds } = context
  const environment = {
    ...installation.environment,
    DATABASE_URL: installation.databaseUrl('noisy'),
    KAFKA_BROKERS: process.env['TEST_KAFKA_BROKERS'] ?? String(installation.environment['KAFKA_BROKERS']),
    KAFKA_TOPIC_PREFIX: `bench-${randomUUID()}`,
    KAFKA_GROUP_ID: randomUUID(),
    TENANT_MAX_CONNECTIONS: String(2 * OTHERS)
  }
  const api = await Api.start(environment, OTHERS + 1, (created) => progress(`tenant ${created}`))
  const worker = startWorker(environment)
  const [noisy] = api.tenants
  try {
    await worker.ready
    return await compare('events from commit to handler', context, async (weight) => {
      const before = worker.done()
      const written = await api.write(RATE * (OTHERS + weight), seconds, weight)
      await worker.reached(before + written)
      const { lags } = await worker.report()
      return quantile(
        Object.entries(lags).flatMap(([tenant, times]) => (tenant === noisy?.id ? [] : times)),
        0.99
      )
    })
  } finally {
    worker.stop()
    await api.close()
  }
}

const IDLE = 10_000
const IDLE_S = 60

/**
 * Measures the worker's processor time with idle tenants. They exist only as rows: opening one would fail, and show.
 */
async function idle({ installation, progress }: CaseContext): Promise<Findings> {
  const ours = await startOurs(installation)
  await ours.stop()
  const main = postgres(installation.config.database.url, { max: 1, onnotice: () => undefined })
  const start = () =>
    startChild('worker', 'workers/main', {
      ...process.env,
      ...installation.environment,
      SWEEP_INTERVAL: '1'
    })
  /** The worker's processor time in seconds, within IDLE_S seconds after its start has settled. */
  async function used(): Promise<number> {
    const worker = start()
    await worker.ready
    await delay(10_000)
    const before = cpuOf(worker.pid)
    await delay(IDLE_S * 1000)
    const seconds = cpuOf(worker.pid) - before
    await worker.stop()
    return seconds
  }
  try {
    progress('no idle tenants')
    const without = await used()
    await main`
      with made as (
        insert into tenants (id, name, database_name, status)
        select id, 'Idle', 'tenant_idle_' || id, 'active' from (
          select gen_random_uuid() as id from generate_series(1, ${IDLE}::int)) ids returning id),
      migrated as (
        insert into tenant_migrations (tenant_id, version, indexes)
        select id, (select max(version) from tenant_migrations), ${indexesVersion('tenant')} from made)
      insert into tenant_visits (tenant_id, changed_at, due_at)
      select id, now() - interval '30 days', now() + interval '20 hours' from made`
    await main`vacuum analyze`
    progress(`${IDLE} idle tenants`)
    const beside = await used()
    return {
      figures: [
        { what: `worker with a sweep each second: CPU in ${IDLE_S} s`, value: without, unit: 's' },
        { what: `… with ${IDLE} idle tenants`, value: beside, unit: 's' }
      ]
    }
  } finally {
    await main`delete from tenant_visits where tenant_id in (select id from tenants where name = 'Idle')`
    await main`delete from tenants where name = 'Idle'`
    await main.end()
  }
}

export const noisy: BenchCase[] = [
  { name: 'noisy-uploads', about: 'uploads of tenants beside one with 50 times their load', run: uploads },
  { name: 'noisy-events', about: 'events of tenants beside one with 50 times their load', run: events },
  { name: 'idle-tenants', about: "the worker's processor time with 10,000 idle tenants", run: idle }
]
