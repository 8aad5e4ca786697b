import { randomUUID } from 'node:crypto'
import t from 'tap'
import { refused, signUp, startApi, type Answer, type TestTenant } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'
import { startWorker } from '../helpers/worker.js'

const { config, sql } = await createInstallation(t, { SWEEP_INTERVAL: '1' })
const { url } = await startApi(t, config)
const ada = await signUp(url)

const create = (name: string, key: string, client = ada): Promise<Answer<TestTenant>> =>
  client.request<TestTenant>('POST', '/api/tenants', {
    body: JSON.stringify({ name }),
    headers: { 'content-type': 'application/json', 'idempotency-key': key }
  })
const tenants = async () => (await sql`select from tenants`).length

/** Inserts what a process leaves if it is killed after the rows commit, and before the tenant's database exists. */
async function killed(key: string, name: string, age: string): Promise<string> {
  const id = randomUUID()
  const made = await create('template', `${key}-template`)
  const [row] = await sql`select fingerprint from idempotency_keys where tenant_id = ${made.body.data.id}`
  await sql`insert into tenants (id, name, database_name, status, created_by, created_at)
    values (${id}, ${name}, ${`tenant_killed_${id.slice(0, 8)}`}, 'provisioning', ${ada.userId}, now() - ${age}::interval)`
  await sql`insert into user_tenant_associations (user_id, tenant_id, role) values (${ada.userId}, ${id}, 'admin')`
  await sql`insert into idempotency_keys (user_id, operation, key, owner, claimed_until, fingerprint, tenant_id, expires_at)
    values (${ada.userId}, 'createTenant', ${key}, ${randomUUID()}, now(), ${String(row?.['fingerprint'])}, ${id}, now() + interval '1 day')`
  return id
}

void t.test('the same key and name get the same tenant', async (t) => {
  const first = await create('Acme', 'one')
  t.equal(first.status, 201)
  t.equal(first.headers.get('idempotency-replayed'), null)
  const before = await tenants()
  const again = await create('  Acme ', 'one')
  t.equal(again.headers.get('idempotency-replayed'), 'true')
  t.same(again.body, first.body, 'exactly the same answer')
  t.equal(again.body.data.status, 'active')
  refused(t, await create('Other', 'one'), 'IDEMPOTENCY_MISMATCH')
  t.equal(await tenants(), before)
  const other = await signUp(url, 'bob')
  t.not((await create('Acme', 'one', other)).body.data.id, first.body.data.id, 'keys belong to a user')
})

void t.test('concurrent requests create one tenant', async (t) => {
  const before = await tenants()
  const answers = await Promise.all(Array.from({ length: 10 }, () => create('Many', 'many')))
  const made = answers.filter(({ status }) => status === 201)
  t.equal(new Set(made.map(({ body }) => body.data.id)).size, 1)
  for (const answer of answers.filter(({ status }) => status !== 201)) {
    refused(t, answer, 'IDEMPOTENCY_IN_PROGRESS')
    t.ok(Number(answer.headers.get('retry-after')) >= 1)
  }
  t.equal(await tenants(), before + 1)
})

void t.test('a retry continues with the tenant of a killed process', async (t) => {
  const id = await killed('killed', 'template', '0 seconds')
  const before = await tenants()
  await sql`update idempotency_keys set claimed_until = now() + interval '10 seconds' where key = 'killed'`
  refused(t, await create('template', 'killed'), 'IDEMPOTENCY_IN_PROGRESS')
  await sql`update idempotency_keys set claimed_until = now() where key = 'killed'`
  const retry = await create('template', 'killed')
  t.equal(retry.status, 201)
  t.match(retry.body.data, { id, status: 'active' })
  t.equal((await ada.get(`/api/tenants/${id}/documents`)).status, 200)
  t.equal(await tenants(), before)
  t.same((await create('template', 'killed')).body, retry.body)
})

void t.test('a retry is answered with the tenant that the worker has finished', async (t) => {
  const id = await killed('finished', 'template', '2 minutes')
  await sql`insert into idempotency_keys (user_id, operation, key, owner, claimed_until, fingerprint, tenant_id, expires_at)
    select user_id, operation, 'old', owner, claimed_until, fingerprint, tenant_id, now() from idempotency_keys where key = 'finished'`
  await startWorker(t, config)
  await until(async () => (await sql`select from tenants where id = ${id} and status = 'active'`).length > 0)
  const retry = await create('template', 'finished')
  t.equal(retry.headers.get('idempotency-replayed'), 'true')
  t.match(retry.body.data, { id, status: 'active' })
  await until(async () => (await sql`select from idempotency_keys where key = 'old'`).length === 0)
})

void t.test('an invalid key is refused by name', async (t) => {
  refused(t, await create('Bad', 'a b'), 'VALIDATION_ERROR', ['/idempotency-key'])
})
