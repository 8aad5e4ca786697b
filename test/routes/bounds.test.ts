import t from 'tap'
import { Client, createTenant, refused, signUp, startApi, type TestTenant } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'

const { configWith, sql } = await createInstallation(t, { TENANT_SPARES: '2' })
const { url } = await startApi(t, configWith({ TENANTS_PER_ACCOUNT: '3', MEMBERS_PER_TENANT: '3' }))

const create = (client: Client, key?: string) =>
  client.request<TestTenant>('POST', '/api/tenants', {
    headers: { 'content-type': 'application/json', ...(key !== undefined && { 'idempotency-key': key }) },
    body: JSON.stringify({ name: 'Acme' })
  })

void t.test('the limit of tenants per account is enforced, even for concurrent requests', async (t) => {
  const hoarder = await signUp(url)
  const answers = await Promise.all(Array.from({ length: 8 }, (_, n) => create(hoarder, `key-${n}`)))
  const made = answers.filter(({ status }) => status === 201)
  t.equal(made.length, 3)
  for (const answer of answers) if (answer.status !== 201) refused(t, answer, 'TENANT_LIMIT_REACHED')

  const first = answers.findIndex(({ status }) => status === 201)
  const replayed = await create(hoarder, `key-${first}`)
  t.equal(replayed.body.data.id, answers[first]?.body.data.id, 'an earlier answer is repeated')
  const refusedKey = `key-${answers.findIndex(({ status }) => status === 409)}`
  t.equal((await hoarder.delete(`/api/tenants/${replayed.body.data.id}`)).status, 200)
  refused(
    t,
    await create(hoarder, refusedKey),
    'TENANT_LIMIT_REACHED',
    [],
    'a deleted tenant still counts, since it keeps its database'
  )
  // What a purge does to the count, along with dropping the database.
  await sql`update tenants set created_by = null where id = ${replayed.body.data.id}`
  t.equal((await create(hoarder, refusedKey)).status, 201, 'once it is purged, there is room for another')

  const other = await signUp(url)
  t.equal((await create(other)).status, 201, "other accounts' tenants do not count")
})

void t.test('the limit of members per tenant is enforced, even for concurrent requests', async (t) => {
  const admin = await signUp(url)
  const { id } = await createTenant(admin)
  const people = await Promise.all(Array.from({ length: 5 }, () => signUp(url)))
  const add = ({ userId }: { userId: string }) =>
    admin.send('POST', `/api/tenants/${id}/users`, { user_id: userId, role: 'viewer' })
  const answers = await Promise.all(people.map(add))
  t.equal(answers.filter(({ status }) => status === 201).length, 2)
  for (const answer of answers) if (answer.status !== 201) refused(t, answer, 'MEMBER_LIMIT_REACHED')
  refused(t, await add(admin), 'ALREADY_MEMBER')
})

void t.test('requests are limited per account and per tenant', async (t) => {
  const limits = { RATE_LIMIT_ACCOUNT: '2', RATE_LIMIT_TENANT: '3' }
  const limited = await startApi(t, configWith(limits))
  const user = await signUp(url)
  const tenant = await createTenant(user)
  const ada = new Client(limited.url, user.token)
  const one = await ada.get(`/api/tenants/${tenant.id}`)
  t.equal(one.headers.get('ratelimit-policy'), '"account";q=2;w=1, "tenant";q=3;w=1')
  t.match(one.headers.get('ratelimit'), /^"account";r=1;t=1, "tenant";r=2;t=1$/)

  const all = await Promise.all(Array.from({ length: 60 }, () => ada.get('/api/users/me')))
  const over = all.filter(({ status }) => status === 429)
  t.ok(over.length > 0 && over.length < 60, `${over.length} of 60`)
  for (const answer of over) {
    refused(t, answer, 'TOO_MANY_REQUESTS')
    t.equal(answer.headers.get('retry-after'), '1')
    t.match(answer.headers.get('ratelimit'), /^"account";r=0;t=1$/)
  }
  const stranger = new Client(limited.url, (await signUp(url)).token)
  const strangers = Array.from({ length: 40 }, () => stranger.get(`/api/tenants/${tenant.id}`))
  const statuses = new Set((await Promise.all(strangers)).map(({ status }) => status))
  t.same(
    [...statuses].sort(),
    [404, 429],
    "requests to a tenant without membership count for the sender's account only"
  )
  t.equal((await fetch(`${limited.url}/health/live`)).headers.get('ratelimit'), null)
})
