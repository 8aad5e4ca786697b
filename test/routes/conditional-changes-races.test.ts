import t from 'tap'
import {
  createTenant,
  signUp,
  startApi,
  uploaded,
  type TestDocument,
  type TestTenant
} from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'
import { committedEvents } from '../helpers/committed-events.js'

const WRITERS = 50

const { config, sql, tenantSql, places } = await createInstallation(t)
const { url } = await startApi(t, config)
const admin = await signUp(url)
const tenant = await createTenant(admin)
const home = `/api/tenants/${tenant.id}`
const db = tenantSql(tenant.database_name)

const put = <Data>(path: string, ifMatch: string, body: unknown) =>
  admin.request<Data>('PUT', path, {
    headers: { 'content-type': 'application/json', 'if-match': ifMatch },
    body: JSON.stringify(body)
  })
const remove = (path: string, ifMatch: string) =>
  admin.request('DELETE', path, { headers: { 'if-match': ifMatch } })
const all = <Result>(work: (index: number) => Promise<Result>, length = WRITERS) =>
  Promise.all(Array.from({ length }, (_, index) => work(index)))

/** Concurrent writers each add one to the number in `field`, and retry until they succeed. @returns the refusals */
async function count<Row extends { revision: number }>(
  path: string,
  field: keyof Row & string,
  writers: number
): Promise<number> {
  let refusals = 0
  await all(async () => {
    for (;;) {
      const read = await admin.get<Row>(path)
      const next = String(Number(read.body.data[field]) + 1)
      const { status } = await put(path, String(read.headers.get('etag')), { [field]: next })
      if (status === 200) return
      if (status !== 412) throw new Error(`a writer was answered ${status}`)
      refusals++
    }
  }, writers)
  return refusals
}

void t.test('concurrent writers who use If-Match lose no change', async (t) => {
  const { id } = await uploaded(admin, tenant.id, 'counted', { filename: '0' })
  t.ok(
    (await count<TestDocument>(`${home}/documents/${id}`, 'filename', WRITERS)) > 0,
    'some writers conflicted'
  )
  t.same(await db`select filename, revision from documents where id = ${id}`, [
    { filename: String(WRITERS), revision: 1 + WRITERS }
  ])

  await admin.send('PUT', home, { name: '0' })
  const [before] = await sql<TestTenant[]>`select revision from tenants where id = ${tenant.id}`
  t.ok((await count<TestTenant>(home, 'name', 10)) > 0)
  t.same(await sql`select name, revision from tenants where id = ${tenant.id}`, [
    { name: '10', revision: Number(before?.revision) + 10 }
  ])
})

void t.test('of many changes to one revision, one succeeds', async (t) => {
  const made = (statuses: number[]) => statuses.filter((status) => status === 200).length
  for (const content of ['one', 'another']) {
    const { id } = await uploaded(admin, tenant.id, content)
    const path = `${home}/documents/${id}`
    const answers = await all((index) => put<TestDocument>(path, '"1"', { filename: `by ${index}` }))
    t.equal(made(answers.map(({ status }) => status)), 1)
    const winner = answers.find(({ status }) => status === 200)
    t.same(await db`select filename, revision from documents where id = ${id}`, [
      { filename: winner?.body.data.filename, revision: 2 }
    ])
    t.equal(answers.filter(({ status }) => status === 412).length, WRITERS - 1)
    const entries =
      await db`select from ${committedEvents(db)} where data->>'action' = 'document.updated' and data->'target'->>'id' = ${id}`
    t.equal(entries.length, 1, 'it is announced once')
  }

  const { id } = await uploaded(admin, tenant.id, 'changed or deleted')
  const path = `${home}/documents/${id}`
  const mixed = await all((index) =>
    index % 2 === 0 ? put(path, '"1"', { filename: 'changed' }) : remove(path, '"1"')
  )
  const outcome = mixed.map(({ status }) => status)
  t.equal(made(outcome), 1, 'changed or deleted, never both')
  t.same(new Set(outcome.filter((status) => status !== 200)).size, 1, 'all others get the same status')

  const other = await createTenant(admin)
  const [row] = await sql<TestTenant[]>`select revision from tenants where id = ${other.id}`
  const statuses = (await all(() => remove(`/api/tenants/${other.id}`, `"${row?.revision}"`))).map(
    ({ status }) => status
  )
  t.equal(made(statuses), 1)
  t.ok(statuses.every((status) => [200, 403, 412].includes(status)))
})

void t.test('a deletion with an ETag from before a file was found damaged fails', async (t) => {
  const { id, file_id } = await uploaded(admin, tenant.id, 'verified meanwhile')
  await admin.delete(`${home}/documents/${id}`)
  const path = `${home}/files/${file_id}`
  const tag = String((await admin.get(path)).headers.get('etag'))
  const verifier = await db.reserve()
  await verifier`begin`
  await verifier`update files set verification = 'damaged', verified_at = now(), updated_at = now() where id = ${file_id}`
  const removal = remove(path, tag)
  const database = places.databaseOf(tenant.database_name)
  await until(
    async () =>
      (await sql`select from pg_stat_activity where datname = ${database} and wait_event_type = 'Lock'`)
        .length > 0
  )
  await verifier`commit`
  verifier.release()
  t.equal((await removal).status, 412)
  const { headers } = await admin.get(path)
  t.equal((await remove(path, String(headers.get('etag')))).status, 200)
})
