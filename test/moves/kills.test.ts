// A process that moves tenants is killed at every step, and the worker finishes or undoes the moves.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import t from 'tap'
import { createTenantPurgeRepository } from '../../db/main/tenant-purge-repository.js'
import { program } from '../../scripts/program.js'
import { createTenant, signUp, startApi, uploaded, type Page, type TestDocument } from '../helpers/api.js'
import { until } from '../helpers/until.js'
import { startWorker } from '../helpers/worker.js'
import { createTwoServers } from './servers.js'
import { leftoversOf } from './leftovers.js'
import { CLOSED, STEPS } from './steps.js'

const installation = await createTwoServers(t, ['database', 'schema'])
const { config, environment, sql } = installation
const { url } = await startApi(t, config)
const admin = await signUp(url)
const tenants = await Promise.all(
  STEPS.map(async (step) => {
    const tenant = await createTenant(admin, step)
    const document = await uploaded(admin, tenant.id, `content of ${step}`)
    return { step, tenant, document }
  })
)
const purges = createTenantPurgeRepository({ sql }, 'root')

void t.test('a mover is killed at each step', async (t) => {
  const mover = spawn(
    process.execPath,
    [...program('test/moves/movers'), 'two', ...tenants.map(({ step, tenant }) => `${tenant.id}=${step}`)],
    { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'inherit'] }
  )
  const ended = once(mover, 'exit')
  const reached = new Set<string>()
  for await (const step of createInterface({ input: mover.stdout }))
    if (reached.add(step).size === STEPS.length) break
  t.same([...reached].sort(), [...STEPS].sort(), 'every step was reached')

  for (const { step, tenant } of tenants) {
    await sql`update tenants set is_active = false, deleted_at = now() - interval '1 second' where id = ${tenant.id}`
    const { outcome } = await purges.begin(tenant.id, 0)
    t.equal(outcome, step === 'switched' ? 'begun' : 'moving', 'a tenant is not purged during a move')
    await sql`update tenants set is_active = true, deleted_at = null, status = 'active' where id = ${tenant.id}`
  }
  mover.kill('SIGKILL')
  await ended
  // Ends the lease early.
  await sql`update tenant_moves set lease_until = now() - interval '1 second' where lease_until is not null`
  await startWorker(t, config)
  await until(async () => (await sql`select from tenant_moves where state <> 'switched'`).length === 0)

  for (const { step, tenant, document } of tenants) {
    const [row] = await sql<{ server: string; generation: number }[]>`
      select server, generation from tenants where id = ${tenant.id}`
    const moved = CLOSED.includes(step)
    t.same(row, moved ? { server: 'two', generation: 2 } : { server: 'main', generation: 1 }, step)
    const added = await uploaded(admin, tenant.id, `added after ${step}`)
    const { body } = await admin.get<Page<TestDocument>>(`/api/tenants/${tenant.id}/documents`)
    t.same(
      body.data.items.map(({ id }) => id),
      [added.id, document.id],
      'it has all documents and accepts more'
    )
  }
  await sql`update tenant_moves set drop_after = now() - interval '1 second'`
  await until(async () => (await sql`select from tenant_moves`).length === 0)
  for (const { tenant } of tenants)
    t.same(await leftoversOf(installation, tenant.id), [], 'nothing of the move is left')
})
