// Restores a tenant from an archive while the tenant is in use.
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { program } from '../../scripts/program.js'
import { createTenant, refused, signUp, startApi, uploaded, type TestDocument } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'
import { startWorker } from '../helpers/worker.js'
import { followFeed } from '../moves/feed.js'
import { content, sha256, Tus } from '../resumable/tus.js'

t.setTimeout(300_000)
const { config, environment, sql, tenantSql } = await createInstallation(t, { SWEEP_INTERVAL: '1' })
const { url } = await startApi(t, config)
await startWorker(t, config)
const folder = await mkdtemp(join(tmpdir(), 'strongroom-restore-'))
t.teardown(() => rm(folder, { recursive: true, force: true }))
const admin = await signUp(url)
const tenant = await createTenant(admin, 'Restored')
const path = `/api/tenants/${tenant.id}`
const archive = join(folder, 'archive.tar')

const run = promisify(execFile)
const script = (name: string, ...args: string[]) =>
  run(process.execPath, [...program(`scripts/${name}`), ...args], { env: { ...process.env, ...environment } })
const restore = (...args: string[]) => script('tenants', 'restore', ...args)
const find = (id: string) => admin.get<TestDocument>(`${path}/documents/${id}`)
const tus = new Tus(admin, tenant.id)

const kept = await uploaded(admin, tenant.id, 'kept', { filename: 'kept.txt' })
const renamed = await uploaded(admin, tenant.id, 'renamed', { filename: 'old name.txt' })
const deleted = await uploaded(admin, tenant.id, 'deleted', { filename: 'deleted.txt' })
await admin.send('PUT', `${path}/documents/${deleted.id}`, { external_id: 'D-1', tags: ['a'], folder: '/a/' })
await script('tenants', 'export', tenant.id, '--to', archive)
const change = await admin.send<TestDocument>('PUT', `${path}/documents/${renamed.id}`, {
  filename: 'new.txt'
})
await admin.delete(`${path}/documents/${deleted.id}`)
const newer = await uploaded(admin, tenant.id, 'newer')
await tenantSql(tenant.database_name)`update usage set max_documents = 1000`

void t.test('--dry-run reports the changes and makes none', async (t) => {
  const { stdout } = await restore(tenant.id, archive, '--dry-run')
  t.match(stdout, /3 documents, 3 files/)
  t.match(stdout, /1 documents come back, 1 change, 1 stay, 1 newer ones are removed/)
  t.match(await find(newer.id), { status: 200 })
  t.same(await sql`select from tenant_moves`, [])
})

void t.test('anything but an intact archive of the tenant is refused before anything changes', async (t) => {
  const other = await createTenant(admin, 'Other')
  await t.rejects(restore(other.id, archive), { code: 1, stderr: /of another tenant.*tenants -- import/ })
  const damaged = join(folder, 'damaged.tar')
  const bytes = (await readFile(archive)).toString('latin1').replace('renamed', 'RENAMED')
  await writeFile(damaged, bytes, 'latin1')
  await t.rejects(restore(tenant.id, damaged), { code: 1, stderr: /is damaged.*Nothing was changed/ })
  await t.rejects(restore(tenant.id, '-'), { code: 2, stderr: /save it to a file/ })
  await t.rejects(restore(tenant.id, join(folder, 'none.tar')), { code: 2, stderr: /cannot be read/ })
  await t.rejects(restore(tenant.id), { code: 2, stderr: /the id of one tenant, and a file/ })
  await sql`update tenants set status = 'purging' where id = ${other.id}`
  await t.rejects(restore(other.id, archive), { code: 2, stderr: /being purged/ })
  await sql`update tenants set status = 'active' where id = ${other.id}`
  t.same(await sql`select from tenant_moves`, [])
  t.match(await find(newer.id), { status: 200 })
})

void t.test('a tenant is restored while it is in use', async (t) => {
  const bytes = content(50_000)
  const upload = await tus.created(bytes.length)
  await tus.patch(upload, 0, bytes.subarray(0, 20_000))
  const feed = followFeed(admin, tenant.id)
  const written = new Map<string, string>()
  const failures: unknown[] = []
  const end = new AbortController()
  const writing = (async () => {
    for (let n = 0; !end.signal.aborted; n++) {
      const { status, body } = await admin.upload(tenant.id, `written ${n}`)
      if (status === 201) written.set(body.data.id, `written ${n}`)
      else failures.push(body)
    }
  })()
  await until(() => Promise.resolve(written.size > 2))
  const { stdout } = await restore(tenant.id, archive)
  t.match(stdout, /Restored; writers waited for \d+ ms/)
  const before = written.size
  await until(() => Promise.resolve(written.size > before + 2))
  end.abort()
  await writing
  t.same(failures, [], 'no upload failed')

  t.equal(
    (await tus.patch(upload, 20_000, bytes.subarray(20_000))).status,
    204,
    'a resumable upload continues'
  )
  await until(async () => (await tus.get(upload))['state'] === 'done')
  t.equal(sha256(await tus.download(String((await tus.get(upload))['document_id']))), sha256(bytes))

  t.match((await find(kept.id)).body.data, { filename: 'kept.txt', file: { sha256: kept.file.sha256 } })
  t.match((await find(renamed.id)).body.data, { filename: 'old name.txt' })
  t.match((await find(deleted.id)).body.data, { filename: 'deleted.txt', external_id: 'D-1', tags: ['a'] })
  t.equal((await tus.download(deleted.id)).toString(), 'deleted')
  t.equal((await find(newer.id)).status, 404)

  const events = async () => {
    const { body } = await admin.get<{
      items: { event_type: string; position: number; data: { document_id: string } }[]
    }>(`${path}/events?limit=500`)
    return body.data.items
  }
  await until(
    async () =>
      (await events()).filter(({ event_type }) => event_type === 'document.uploaded').length >=
      written.size + 5
  )
  await feed.stop()
  await feed.readOn()
  t.same(feed.failures, [], 'a cursor from before the restore still works')
  const log = await events()
  const restored = log.filter(({ event_type }) => event_type === 'tenant.restored')
  t.match(restored, [{ data: { documents: 3, files: 3, restored_to: String } }], 'it is announced once')
  // An upload's position in the log shows whether it came before or after the restore.
  for (const { event_type, position, data } of log) {
    if (event_type !== 'document.uploaded' || !written.has(data.document_id)) continue
    const { status } = await find(data.document_id)
    t.equal(
      status,
      position < Number(restored[0]?.position) ? 404 : 200,
      'uploads before the restore are gone, later ones are kept'
    )
  }
  const { body } = await admin.get<{ documents: number; limits: object }>(`${path}/usage`)
  const { body: list } = await admin.get<{ pagination: { total: number } }>(`${path}/documents`)
  t.match(body.data, { documents: list.data.pagination.total, limits: { documents: 1000 } })
})

void t.test('a revision from before the restore no longer matches', async (t) => {
  const stale = (of: TestDocument) =>
    admin.request('PUT', `${path}/documents/${of.id}`, {
      headers: { 'content-type': 'application/json', 'if-match': `"${of.revision}"` },
      body: JSON.stringify({ filename: 'lost update' })
    })
  refused(t, await stale(change.body.data), 'PRECONDITION_FAILED')
  refused(t, await stale(kept), 'PRECONDITION_FAILED')
  const first = (await find(kept.id)).body.data
  await restore(tenant.id, archive)
  const second = (await find(kept.id)).body.data
  t.ok(second.revision > first.revision && first.revision > change.body.data.revision)
  t.equal((await stale(second)).status, 200)
})

void t.test('nothing of the old place is left, and nothing is missing', async (t) => {
  await sql`update tenant_moves set drop_after = now() - interval '1 second'`
  await until(async () => (await sql`select from tenant_moves`).length === 0)
  const check = await script('storage', 'check', '--tenant', tenant.id)
  t.match(check.stdout, /nothing is wrong/)
  await until(
    async () =>
      (await sql`select from audit_log where action = 'tenant.restored' and tenant_id = ${tenant.id}`)
        .length === 2
  )
})
