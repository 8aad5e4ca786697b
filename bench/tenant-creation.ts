/**
 * Milliseconds to create a tenant over HTTP, with spares and without, against a bare CREATE DATABASE … TEMPLATE of the
 * same template, in turns; and to open a tenant's pool that is closed, against a bare connection.
 * Usage: node --import tsx bench/tenant-creation.ts [rounds, 40]
 */
import { setTimeout as delay } from 'node:timers/promises'
import postgres from 'postgres'
import { withDatabase } from '../db/database-url.js'
import type { TenancyAdapter } from '../plugins/tenancy/adapter.js'
import { buildApp } from '../src/app.js'
import { createLogger } from '../src/logger.js'
import { createTenant, signUp, startInstallation } from './installation.js'

const ROUNDS = Number(process.argv[2] ?? 40)
const SPARES = 5
const WARM_UP = 3
/** Milliseconds after the refilling, so that it is not measured with what follows. */
const QUIET_MS = 50

const installation = await startInstallation({ TENANT_SPARES: String(SPARES) })
const { config } = installation
const sql = postgres(config.database.url, { max: 1, onnotice: () => undefined })
const app = await buildApp(config, createLogger('error', 'bench'))
const url = await app.listen({ host: '127.0.0.1', port: 0 })
const { token } = await signUp(url)
const tenancy = app.getDecorator<TenancyAdapter>('tenancy')

const times: Record<string, number[]> = {}
async function time<T>(what: string, round: number, work: () => Promise<T>): Promise<T> {
  const start = performance.now()
  const result = await work()
  if (round >= 0) (times[what] ??= []).push(performance.now() - start)
  return result
}

/** All spares are there, and nobody is making more. */
async function refilled(): Promise<string> {
  for (;;) {
    const spares = await sql<{ template: string }[]>`select template from tenant_spares`
    if (spares.length >= SPARES) break
    await delay(10)
  }
  await delay(QUIET_MS)
  const [spare] = await sql<{ template: string }[]>`select template from tenant_spares`
  return String(spare?.template)
}

for (let round = -WARM_UP; round < ROUNDS; round++) {
  const template = await refilled()
  await time(
    'bare clone',
    round,
    () => sql`create database ${sql(`bare_${round + WARM_UP}`)} template ${sql(template)}`
  )
  const tenant = await time('with a spare', round, () => createTenant(url, token))

  const client = await time('bare connection', round, async () => {
    const client = postgres(withDatabase(config.database.url, tenant.database_name), {
      max: 1,
      fetch_types: false
    })
    await client`select 1`
    return client
  })
  await client.end()
  await time('cold pool', round, () =>
    tenancy.withTenant(tenant, (store) => store.usage.read({ bytes: null, documents: null }))
  )

  await refilled()
  await sql`begin`
  await sql`select from tenant_spares for update`
  await time('without a spare', round, () => createTenant(url, token))
  await sql`rollback`
}

const quantile = (what: string, part: number) => {
  const sorted = [...(times[what] ?? [])].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length * part)] ?? NaN
}
console.log(`${ROUNDS} rounds, in turns; milliseconds`)
for (const [what, against] of [
  ['bare clone', 'bare clone'],
  ['with a spare', 'bare clone'],
  ['without a spare', 'bare clone'],
  ['bare connection', 'bare connection'],
  ['cold pool', 'bare connection']
] as const) {
  const columns = [0.1, 0.5, 0.9].map((part) => quantile(what, part).toFixed(1).padStart(8))
  const ratio = quantile(what, 0.5) / quantile(against, 0.5)
  console.log(
    `${what.padEnd(18)} p10 ${columns.join('   p50 ').replace(/p50(?=[^p]*$)/, 'p90')}   ${ratio.toFixed(2)} × ${against}`
  )
}
await sql.end()
await app.close()
await installation.close()
