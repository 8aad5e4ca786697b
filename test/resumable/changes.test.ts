import t from 'tap'
import { createTenant, signUp, signUpMember, startApi } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'
import { startWorker } from '../helpers/worker.js'
import { content, Tus } from './tus.js'

const installation = await createInstallation(t, {
  ...{ SWEEP_INTERVAL: '1', UPLOAD_SESSIONS_PER_ACCOUNT: '4', UPLOAD_SESSIONS_PER_TENANT: '6' }
})
const { config, configWith, sql, tenantSql } = installation
const { url } = await startApi(t, config)
const ada = await signUp(url)

async function place() {
  const tenant = await createTenant(ada)
  return { tenant, db: tenantSql(tenant.database_name), tus: new Tus(ada, tenant.id) }
}

t.test('the number of open uploads per account and per tenant is limited', async (t) => {
  const { tenant, tus } = await place()
  const paths = await Promise.all(Array.from({ length: 4 }, () => tus.created(9)))
  const refused = await tus.create(9)
  t.match(refused, { status: 503, code: 'UPLOADS_BUSY', headers: { 'retry-after': '60' } })
  const bob = new Tus(await signUpMember(url, sql, tenant.id, 'user'), tenant.id)
  const answers = await Promise.all(Array.from({ length: 4 }, () => bob.create(9)))
  t.same(answers.map(({ status }) => status).sort(), [201, 201, 503, 503])
  await tus.request('DELETE', String(paths[0]))
  t.match(await tus.create(9), { status: 201 })
})

t.test("the lengths of open uploads count towards the tenant's limit", async (t) => {
  const { db, tus } = await place()
  await db`update usage set max_bytes = 100`
  t.match(await tus.create(101), { code: 'QUOTA_EXCEEDED' })
  const answers = await Promise.all([tus.create(60), tus.create(60)])
  t.same(answers.map(({ status }) => status).sort(), [201, 413])
  const later = await tus.created(undefined)
  t.match(await tus.patch(later, 0, content(10), { 'upload-length': '41' }), { code: 'QUOTA_EXCEEDED' })
  t.match(await tus.patch(later, 0, content(10), { 'upload-length': '40' }), { status: 204 })
})

t.test('uploads without a length have no more bytes than the tenant has room for', async (t) => {
  const { db, tus } = await place()
  await db`update usage set max_bytes = 100`
  const [one, other] = [await tus.created(undefined), await tus.created(undefined)]
  t.match(await tus.patch(one, 0, content(70)), { status: 204 })
  t.match(await tus.patch(other, 0, content(31)), { code: 'QUOTA_EXCEEDED' })
  t.equal((await tus.head(other)).at, '0', 'refused before its first byte')
  // Nothing says how many bytes come.
  const unsized = new ReadableStream({
    start(controller) {
      controller.enqueue(content(31))
      controller.close()
    }
  })
  t.match(await tus.patch(other, 0, unsized), { code: 'QUOTA_EXCEEDED' })
  t.match(await tus.patch(other, 0, content(30)), { status: 204 })
  t.match(await tus.create(1), { code: 'QUOTA_EXCEEDED' }, 'what they have counts')
  t.match(await tus.create(undefined), { code: 'QUOTA_EXCEEDED' }, 'no byte is left')
  t.match(await tus.patch(one, 70, content(1), { 'upload-length': '71' }), { code: 'QUOTA_EXCEEDED' })
  t.match(await tus.patch(one, 70, Buffer.alloc(0), { 'upload-length': '70' }), { status: 204 })
  t.match(await tus.patch(other, 30, Buffer.alloc(0), { 'upload-length': '30' }), { status: 204 })
})

t.test('an upload fails at its last byte if the limit was lowered meanwhile', async (t) => {
  const { db, tus } = await place()
  const path = await tus.created(20)
  await tus.patch(path, 0, content(10))
  await db`update usage set max_bytes = 15`
  t.match(await tus.patch(path, 10, content(10)), { code: 'QUOTA_EXCEEDED' })
  t.match(await tus.get(path), { state: 'failed', error: 'QUOTA_EXCEEDED' })
  t.match(await db`select state from pending_objects`, [{ state: 'delete' }])
})

t.test('an upload takes no more bytes if the maximum size was lowered meanwhile', async (t) => {
  const { tus } = await place()
  const path = await tus.created(20)
  await tus.patch(path, 0, content(10))
  const smaller = await startApi(t, configWith({ MAX_RESUMABLE_BYTES: '15' }))
  const there = new Tus(ada, tus.tenantId, smaller.url)
  t.match(await there.patch(path, 10, content(10)), { code: 'FILE_TOO_LARGE' })
  t.match(await there.head(path), { status: 200, at: '10' })
})

t.test('the upload of a member who was removed meanwhile becomes no document', async (t) => {
  const { tenant, db, tus } = await place()
  const bob = await signUpMember(url, sql, tenant.id, 'user')
  const his = new Tus(bob, tenant.id)
  const [open, complete] = [await his.created(20), await his.created(20)]
  await his.patch(open, 0, content(10))
  // As if another process had seen the bytes, so that the worker finishes the upload.
  await db`update upload_sessions set unclean = true`
  await sql`delete from user_tenant_associations where user_id = ${bob.userId}`
  await until(async () => (await his.head(open)).status === 404)
  t.match(await his.patch(open, 10, content(10)), { code: 'TENANT_NOT_FOUND' })
  await db`update upload_sessions set upload_offset = 20 where upload_offset = 0`
  await startWorker(t, config)
  const id = String(complete.split('/').at(-1))
  await until(async () => (await db`select from upload_sessions where state = 'failed'`).length === 1)
  t.match(await db`select error, document_id from upload_sessions where id = ${id}`, [
    { error: 'INSUFFICIENT_ROLE', document_id: null }
  ])
  t.equal((await db`select from documents`).length, 0)
  t.match(await tus.request('DELETE', open), { status: 204 })
})

t.test('uploads of a deactivated tenant wait until it is active again', async (t) => {
  const { tenant, db, tus } = await place()
  const path = await tus.created(20)
  await db`update upload_sessions set unclean = true`
  await ada.send('PUT', `/api/tenants/${tenant.id}`, { is_active: false })
  t.match(await tus.patch(path, 0, content(10)), { code: 'TENANT_INACTIVE' })
  await ada.send('PUT', `/api/tenants/${tenant.id}`, { is_active: true })
  t.match(await tus.patch(path, 0, content(20)), { status: 204, at: '20' })
  await startWorker(t, config)
  await until(async () => (await tus.get(path))['state'] === 'done')
})

t.test('HEAD is answered with 423 where other requests must wait', async (t) => {
  const { tus } = await place()
  const path = await tus.created(20)
  const limited = await startApi(t, configWith({ RATE_LIMIT_ACCOUNT: '1' }))
  const there = new Tus(ada, tus.tenantId, limited.url)
  await until(async () => (await there.head(path)).status === 423)
  await until(async () => (await there.head(path)).status === 200)
})
