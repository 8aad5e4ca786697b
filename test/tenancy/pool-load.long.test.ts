// Needs a process of its own: it measures memory.
import { chmodSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { startServices } from '../../scripts/embedded/start-services.js'
import { createTenant, signUp, startApi } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { loadPools } from './pool-load.js'

t.test('50 tenants with slow requests stay within a cap of 2', async (t) => {
  const installation = await createInstallation(t, { TENANT_MAX_CONNECTIONS: '2', TENANT_POOL_SIZE: '1' })
  const load = { tenants: 50, rounds: 4, concurrency: 50, slowness: 50 }
  const { most } = await loadPools(t, installation, load)
  t.ok(most <= 2, `at most ${most} connections`)
})

t.test('1,000 tenants in turns stay within the cap, in constant memory', async (t) => {
  const installation = await createInstallation(t, { TENANT_POOL_WAIT_MS: '30000' })
  const load = { tenants: 1_000, rounds: 4, concurrency: 32, slowness: 0 }
  const { most, heap, counts } = await loadPools(t, installation, load)
  t.ok(most <= installation.config.tenancy.maxConnections, `at most ${most} connections`)
  const megabytes = heap.map((bytes) => Math.round(bytes / 2 ** 20))
  console.error(`heap after each round: ${megabytes.join(', ')} MiB; ${JSON.stringify(counts)}`)
  t.ok(Number(heap.at(-1)) < Number(heap[0]) + 5 * 2 ** 20, `${megabytes.join(', ')} MiB`)
})

/** 16 tenants, 15 requests each at a time, on a server of 100 connections. @returns how often each answer came */
async function crowdedServer(t: Test, settings: Record<string, string>): Promise<Record<string, number>> {
  const dataDir = mkdtempSync(join(tmpdir(), 'strongroom-test-'))
  chmodSync(dataDir, 0o711)
  const server = await startServices({
    postgres: true,
    broker: false,
    dataDir,
    settings: { fsync: 'off', max_connections: '100' },
    removeAfter: true
  })
  t.teardown(() => server.stop('immediate'))
  const { config } = await createInstallation(t, { DATABASE_URL: server.databaseUrl('load'), ...settings })
  const { url } = await startApi(t, config)
  const admin = await signUp(url)
  const tenants = await Promise.all(Array.from({ length: 16 }, () => createTenant(admin)))
  const answers: Record<string, number> = {}
  await Promise.all(
    tenants.flatMap(({ id }) =>
      Array.from({ length: 15 }, async () => {
        for (let request = 0; request < 20; request++) {
          const { status, body } = await admin.get(`/api/tenants/${id}/documents`)
          const answer = status === 200 ? 'OK' : body.error.code
          answers[answer] = (answers[answer] ?? 0) + 1
        }
      })
    )
  )
  console.error(JSON.stringify(answers))
  return answers
}

t.test('16 tenants × 15 requests at a time on 100 connections: no request fails', async (t) => {
  t.same(await crowdedServer(t, { TENANT_POOL_WAIT_MS: '60000' }), { OK: 16 * 15 * 20 })
})

t.test(
  'if more connections are allowed than the server has, some requests time out with an error',
  async (t) => {
    const answers = await crowdedServer(t, { TENANT_MAX_CONNECTIONS: '240', TENANT_POOL_SIZE: '15' })
    t.ok(Number(answers['OK']) > 0)
    t.same(
      Object.keys(answers).filter((code) => !['OK', 'TENANT_BUSY', 'DATABASE_UNAVAILABLE'].includes(code)),
      []
    )
  }
)
