import { randomBytes } from 'node:crypto'
import t, { type Test } from 'tap'
import type postgres from 'postgres'
import { bucketOf } from '../../plugins/tenancy/bucket-of.js'
import { createSchemaPools, TRANSACTIONS } from '../../plugins/tenancy/schema-pools.js'
import { createInstallation } from '../helpers/installation.js'

const { configWith } = await createInstallation(t)

function poolsOf(t: Test, settings: Record<string, string> = {}) {
  const pools = createSchemaPools(
    configWith({ TENANCY_STRATEGY: 'schema', TENANT_POOL_WAIT_MS: '60000', ...settings }),
    (error) => t.fail(String(error))
  )
  t.teardown(() => pools.close())
  return pools
}

const names = Array.from({ length: 400 }, () => `tenant_${randomBytes(8).toString('hex')}`)

const pidOf = async (sql: postgres.ISql) =>
  (await sql.unsafe<{ pid: number }[]>('select pg_backend_pid() as pid'))[0]?.pid

t.test('names spread evenly over the buckets, always in the same way', async (t) => {
  t.equal(bucketOf('foobar', 2 ** 32), 0xbf9cf968, 'as published for FNV-1a')
  const sizes = Array.from({ length: 8 }, () => 0)
  for (const name of names) {
    const bucket = bucketOf(name, 8)
    sizes[bucket] = (sizes[bucket] ?? 0) + 1
  }
  t.ok(Math.min(...sizes) > 20, sizes.join(', '))
})

t.test("a bucket's schemas share one connection, and each bucket has its own", async (t) => {
  const pools = poolsOf(t, { TENANT_POOL_SIZE: '1' })
  const seen = new Map<number, Set<unknown>>()
  await Promise.all(
    names.map(async (name) => {
      const pid = await pools.use(name, pidOf)
      const bucket = bucketOf(name, 8)
      seen.set(bucket, (seen.get(bucket) ?? new Set()).add(pid))
    })
  )
  t.same(
    [...seen.values()].map(({ size }) => size),
    Array(8).fill(1)
  )
  t.equal(pools.counts().connections, 8)
})

t.test('a transaction has its own connection, and ends before the connections close', async (t) => {
  const pools = poolsOf(t)
  const [name = ''] = names
  let began = (): void => undefined
  const begun = new Promise<void>((resolve) => (began = resolve))
  const work = pools.use(name, async (sql) => {
    const outside = await pidOf(sql)
    began()
    return pools.begin('transactions', name, async (transaction) => [outside, await pidOf(transaction)])
  })
  await begun
  await pools.close()
  const [outside, inside] = await work
  t.ok(outside !== undefined && inside !== undefined && outside !== inside)
  await t.rejects(pools.use(name, pidOf), { code: 'SHUTTING_DOWN' })
})

t.test("one schema's transactions leave half of the connections to others", async (t) => {
  const pools = poolsOf(t)
  const [busy = '', other = ''] = names
  let end = (): void => undefined
  const ended = new Promise<void>((resolve) => (end = resolve))
  const held = Array.from({ length: TRANSACTIONS }, () => pools.begin('transactions', busy, () => ended))
  t.ok(await pools.begin('transactions', other, pidOf))
  end()
  await Promise.all(held)
})

t.test('a schema that fills its half of a bucket leaves the other half to others', async (t) => {
  const pools = poolsOf(t, { TENANT_SHARED_CONNECTIONS: '1', TENANT_POOL_SIZE: '1' })
  const [busy = '', other = ''] = names
  let end = (): void => undefined
  const ended = new Promise<void>((resolve) => (end = resolve))
  const held = Array.from({ length: 40 }, () => pools.use(busy, () => ended))
  await pools.use(other, pidOf)
  t.ok(pools.counts().waiting > 0)
  end()
  await Promise.all(held)
})
