import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Test } from 'tap'
import { serverNames } from '../../plugins/tenancy/server-names.js'
import { startChild } from '../../scripts/start/children.js'
import { Client, signUp, startApi, uploaded, type Answer, type TestTenant } from '../helpers/api.js'
import { createInstallation, type Installation } from '../helpers/installation.js'
import { serverLeftovers } from '../helpers/leftovers.js'
import { until } from '../helpers/until.js'
import { startWorker } from '../helpers/worker.js'
import { createTwoServers } from '../moves/servers.js'
import { seeded } from '../patches/seeded.js'

const API = 'src/server'
/** Creations in progress when the process is killed. */
const AT_ONCE = 6
const NAME = 'Same name'

export interface CreationCrashes {
  kills: number
  seed: number
  /** Whether the tenants are created on a different server from the main database's. */
  remote?: boolean
}

async function createRemote(t: Test): Promise<Installation> {
  const installation = await createTwoServers(t, ['database', 'database'], { TENANT_SPARES: '0' })
  await installation.sql`update servers set state = case name when 'two' then 'open' else 'draining' end`
  return installation
}

/**
 * Kills the process while it creates tenants, at moments derived from the seed, with spares in every other round. In the
 * end every tenant is complete or removed, every key has one tenant, and nothing is left over.
 */
export async function crashCreations(t: Test, options: CreationCrashes): Promise<void> {
  const { config, configWith, environment, sql } = options.remote
    ? await createRemote(t)
    : await createInstallation(t, { TENANCY_STRATEGY: 'database', TENANT_SPARES: '3', SWEEP_INTERVAL: '1' })
  const random = seeded(options.seed).below
  const { url } = await startApi(t, configWith({ TENANT_SPARES: '0' }))
  const admin = await signUp(url)
  const keys: string[] = []
  const states: Record<string, number> = {}

  for (let kill = 0; kill < options.kills; kill++) {
    // Only the main server has spares.
    const spares = kill % 2 === 0 && !options.remote ? '3' : '0'
    const env = { ...process.env, ...environment, TENANT_SPARES: spares, LOG_LEVEL: 'fatal' }
    const child = startChild('api', API, env)
    const client = new Client(await child.ready, admin.token)
    if (spares === '3') await until(async () => (await sql`select from tenant_spares`).length === 3)
    else await until(async () => (await sql`select from tenant_spares`).length === 0)
    const mine = Array.from({ length: AT_ONCE }, () => randomUUID())
    const running = mine.map((key) => create(client, key).catch(() => undefined))
    await delay(random(spares === '3' ? 60 : 250))
    child.kill()
    await Promise.all([child.ended, ...running])
    keys.push(...mine)
    const rows = await sql<{ status: string }[]>`select status from tenants`
    for (const { status } of rows) states[status] = (states[status] ?? 0) + 1
  }
  t.comment('seen after the kills', states)

  await t.test('a retry with the same key creates the tenant, or returns the existing one', async (t) => {
    await sql`update idempotency_keys set claimed_until = now() - interval '1 second'`
    const ids = new Set<string>()
    for (const key of keys) {
      const answer = await create(admin, key)
      t.match(answer.body.data, { name: NAME, status: 'active' })
      ids.add(answer.body.data.id)
    }
    t.equal(ids.size, keys.length, 'one tenant for each key')
    t.equal((await sql`select from tenants`).length, keys.length, 'and no others')
  })

  await t.test('nothing is left over', async (t) => {
    await startWorker(t, config)
    const [row] = await sql<{ uid: string }[]>`select uid from installation`
    const names = options.remote ? serverNames(String(row?.uid)) : undefined
    await until(async () => (await serverLeftovers(sql, config.database.url, names)).length === 0)
    const tenants = await sql<TestTenant[]>`select * from tenants`
    for (const tenant of tenants.filter(() => random(4) === 0)) await uploaded(admin, tenant.id, 'works')
    const members = await sql`select from user_tenant_associations where role = 'admin'`
    t.equal(members.length, tenants.length)
  })
}

function create(client: Client, key: string): Promise<Answer<TestTenant>> {
  return client.request<TestTenant>('POST', '/api/tenants', {
    body: JSON.stringify({ name: NAME }),
    headers: { 'content-type': 'application/json', 'idempotency-key': key }
  })
}
