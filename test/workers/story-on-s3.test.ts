import { randomBytes } from 'node:crypto'
import t from 'tap'
import { createS3Storage } from '../../plugins/storage/s3.js'
import { createTenant, signUp, startApi, type TestDocument } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { startS3rver } from '../helpers/s3-servers.js'
import { until } from '../helpers/until.js'
import { startWorker } from '../helpers/worker.js'

const server = await startS3rver()
let running = true
const stopServer = async () => {
  if (running) await server.stop()
  running = false
}
t.teardown(stopServer)
const { credentials } = server.options
const { config, tenantSql } = await createInstallation(t, {
  S3_ENDPOINT: String(server.options.endpoint),
  S3_BUCKET: server.options.bucket,
  S3_ACCESS_KEY_ID: credentials?.accessKeyId ?? '',
  S3_SECRET_ACCESS_KEY: credentials?.secretAccessKey ?? ''
})
const storage = createS3Storage(server.options)
t.teardown(() => storage.close())
const { url } = await startApi(t, config)
await startWorker(t, config)

t.test('documents are uploaded, deduplicated, downloaded and deleted, with their bytes in S3', async (t) => {
  const ada = await signUp(url)
  const tenant = await createTenant(ada)
  const path = `/api/tenants/${tenant.id}/documents`
  const contents = [randomBytes(10 * 1024), randomBytes(9 * 1024 * 1024)]
  for (const content of contents) {
    const first = (await ada.upload(tenant.id, content, { filename: 'report 1.bin' })).body.data
    const second = (await ada.upload(tenant.id, content)).body.data
    t.same([first.deduplicated, second.deduplicated], [false, true])
    t.equal(second.file_id, first.file_id)
    t.same(await storage.stat(first.file.s3_path), { size: content.length })

    const link = await ada.get(`${path}/${first.id}/download`)
    t.equal(link.status, 302)
    const download = await fetch(String(link.headers.get('location')))
    t.ok(content.equals(Buffer.from(await download.arrayBuffer())))
    t.equal(download.headers.get('content-disposition'), 'attachment; filename="report 1.bin"')

    for (const document of [first, second]) await ada.delete(`${path}/${document.id}`)
    await until(async () => (await storage.stat(first.file.s3_path)) === null)
  }
  const sql = tenantSql(tenant.database_name)
  await until(
    async () => (await sql`select 1 from files union all select 1 from pending_objects`).length === 0
  )
})

t.test('an unavailable storage is a 503, and the begun upload is on record', async (t) => {
  const ada = await signUp(url)
  const tenant = await createTenant(ada)
  await stopServer()
  const refused = await ada.upload(tenant.id, 'nowhere to go')
  t.equal(refused.status, 503)
  t.equal(refused.body.error.code, 'STORAGE_UNAVAILABLE')
  t.equal(refused.headers.get('retry-after'), '1')
  const health = await ada.get<TestDocument>('/health/ready')
  t.equal(health.status, 503)
  const sql = tenantSql(tenant.database_name)
  t.same(await sql`select state from pending_objects`, [{ state: 'delete' }])
  t.same(await sql`select 1 from documents union all select 1 from files`, [])
})
