import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { createTenant, signUp, startApi, type TestDocument } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'
import { startWorker } from '../helpers/worker.js'
import { waitingEvents } from '../helpers/committed-events.js'

const { config, tenantSql } = await createInstallation(t)
const { url } = await startApi(t, config)
await startWorker(t, config)
const ada = await signUp(url)
const tenant = await createTenant(ada)
const sql = tenantSql(tenant.database_name)
const root = config.storage.driver === 'disk' ? config.storage.root : ''

const remove = (document: TestDocument) => ada.delete(`/api/tenants/${tenant.id}/documents/${document.id}`)
const fileRows = async () => (await sql`select id from files`).length
const objectOf = (document: TestDocument) => join(root, document.file.s3_path)

t.test('a file is removed with its last document: row, object and reservation', async (t) => {
  const first = (await ada.upload(tenant.id, 'shared by two')).body.data
  const second = (await ada.upload(tenant.id, 'shared by two', { filename: 'other.txt' })).body.data
  t.equal(second.file_id, first.file_id)
  t.ok(existsSync(objectOf(first)))

  t.equal((await remove(first)).status, 200)
  const other = (await ada.upload(tenant.id, 'only once')).body.data
  t.equal((await remove(other)).status, 200)
  // Events of a tenant are handled in order, so the first document's was handled before this one's.
  await until(async () => (await sql`select 1 from files where id = ${other.file_id}`).length === 0)
  t.equal(await fileRows(), 1, 'a document still refers to the file')
  t.ok(existsSync(objectOf(first)))

  t.equal((await remove(second)).status, 200)
  await until(async () => (await fileRows()) === 0 && (await sql`select 1 from pending_objects`).length === 0)
  t.notOk(existsSync(objectOf(first)))
  await until(async () => (await waitingEvents(sql)) === 0)
})

t.test('a large file is removed too', async (t) => {
  const large = (await ada.upload(tenant.id, Buffer.alloc(6 * 1024 * 1024, 'x'))).body.data
  t.ok(existsSync(objectOf(large)))
  await remove(large)
  await until(async () => (await fileRows()) === 0 && !existsSync(objectOf(large)))
  const left = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  t.same(left, [])
})
