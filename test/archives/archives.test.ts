import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { createTenantMovesRepository } from '../../db/main/tenant-moves-repository.js'
import { rowMover } from '../../db/move/row-mover.js'
import { createTenantPurgeRepository } from '../../db/main/tenant-purge-repository.js'
import { MAX_TAG_LENGTH, MAX_TAGS } from '../../core/own-data.js'
import { resource } from '../../plugins/resources.js'
import type { TenantRef } from '../../plugins/tenancy/router.js'
import { program } from '../../scripts/program.js'
import { archiveBytesAtMost } from '../../src/services/archives/format.js'
import { createTenantImport, type ImportOptions } from '../../src/services/archives/import-tenant.js'
import { checkArchive } from '../../src/services/archives/restore-tenant.js'
import { createArchiveWriter } from '../../src/services/archives/write-archive.js'
import { createTenantMoving } from '../../src/services/tenants/tenant-move.js'
import { createTenantPurge } from '../../src/services/tenants/tenant-purge.js'
import { createTenant, refused, signUp, startApi, uploaded } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'
import { startWorker } from '../helpers/worker.js'
import { readTar, summed, writeTar, type TarEntry } from './tar.js'

const { config, environment, sql, tenantSql } = await createInstallation(t, { SWEEP_INTERVAL: '1' })
const { app, url } = await startApi(t, config)
await startWorker(t, config)
const [router, places, storage] = [
  resource(app, 'router'),
  resource(app, 'places'),
  resource(app, 'tenantStorage')
]
const { archives } = resource(app, 'database')
const purge = createTenantPurge({
  ...{ router, places, storage },
  purges: createTenantPurgeRepository({ sql }, 'tester'),
  moving: createTenantMoving({
    ...{ router, places, rowMover, grace: 0, osUser: 'tester' },
    moves: createTenantMovesRepository({ sql })
  })
})
const importTenant = createTenantImport({
  ...{ archives, router, places, storage },
  ...{ hashing: resource(app, 'hashing'), outboxes: resource(app, 'outboxes') },
  async discard({ id }) {
    const [made] = (await purge.listDue(0)).filter((tenant) => tenant.id === id)
    if (made !== undefined) await purge.purge(made, 0)
  }
})
const write = createArchiveWriter({ router, storage, archives })
const root = config.storage.driver === 'disk' ? config.storage.root : ''
const options: ImportOptions = { name: null, server: 'main', withMembers: false, osUser: 'tester' }
const folder = await mkdtemp(join(tmpdir(), 'strongroom-archives-'))
t.teardown(() => rm(folder, { recursive: true, force: true }))

const admin = await signUp(url)
const tenant = await createTenant(admin, 'Exported')
const path = `/api/tenants/${tenant.id}`
const db = tenantSql(tenant.database_name)
const first = await uploaded(admin, tenant.id, 'the first content', { filename: 'first.txt' })
await uploaded(admin, tenant.id, 'the first content', { filename: 'same content.txt' })
await uploaded(admin, tenant.id, 'another content', { filename: 'grüße.txt' })
await admin.send('PUT', `${path}/documents/${first.id}`, {
  ...{ external_id: 'X-1', folder: '/a/b/', tags: ['b', 'a'] },
  metadata: { price: 0.1, paid: true, of: 'mine' }
})

const run = promisify(execFile)
const command = (...args: string[]) =>
  run(process.execPath, [...program('scripts/tenants'), ...args], { env: { ...process.env, ...environment } })

async function archiveOf(of: {
  id: string
  name: string
  database_name: string
  server: string
}): Promise<Buffer> {
  const chunks: Buffer[] = []
  await write(of, async (from) => {
    for await (const chunk of from) chunks.push(Buffer.from(chunk))
  })
  return Buffer.concat(chunks)
}
const receive = (bytes: Buffer, more: Partial<ImportOptions> = {}) =>
  importTenant(Readable.from([bytes]), { ...options, ...more })

/** Checks an archive without storing anything. */
const read = (bytes: Buffer) =>
  checkArchive(resource(app, 'hashing'), Readable.from([bytes]), async () => undefined)

async function rowsOf(id: string) {
  const [found] = await sql<{ database_name: string }[]>`select database_name from tenants where id = ${id}`
  const at = tenantSql(String(found?.database_name))
  const documents = await at<{ id: string }[]>`select * from documents order by id`
  const files = await at<{ id: string; s3_path: string; sha256: string }[]>`
    select id, created_at, updated_at, created_by, md5_hash, sha256, file_size, revision, s3_path from files order by id`
  return { at, documents, files }
}
const withoutKeys = (files: { s3_path: string }[]) => files.map(({ s3_path: _, ...file }) => file)

async function sameAsExported(t: Test, id: string): Promise<void> {
  const [there, here] = [await rowsOf(tenant.id), await rowsOf(id)]
  t.same(here.documents, there.documents)
  t.same(withoutKeys(here.files), withoutKeys(there.files))
  for (const [index, { s3_path }] of here.files.entries()) {
    t.ok(s3_path.startsWith(`tenants/${id}/files/`))
    const [copy, original] = [s3_path, there.files[index]?.s3_path].map((key) =>
      readFile(join(root, String(key)))
    )
    t.same(await copy, await original)
  }
  const usage = await router.withTenant(await tenantRow(id), (store) =>
    store.usage.read({ documents: null, bytes: null })
  )
  t.match(usage, { documents: there.documents.length, files: there.files.length })
  for (const table of ['outbox', 'events', 'idempotency_keys', 'pending_objects', 'usage_changes', 'holds'])
    t.same(await here.at`select from ${here.at(table)}`, [], table)
}
async function tenantRow(id: string): Promise<TenantRef> {
  const [row] = await sql<TenantRef[]>`select id, database_name, server from tenants where id = ${id}`
  return row as TenantRef
}

void t.test('an admin requests an export and downloads it', async (t) => {
  const created = await admin.send<{ id: string; state: string }>('POST', `${path}/exports`, {})
  t.match(created, { status: 202, body: { data: { state: 'waiting', file_size: null } } })
  const { id } = created.body.data
  const state = async () => (await admin.get<{ state: string }>(`${path}/exports/${id}`)).body.data
  await until(async () => (await state()).state === 'ready')
  t.match(await state(), { state: 'ready', documents: 3, files: 2, lost: 0, file_size: Number })

  const asked = await admin.send<{ url: string }>('POST', `${path}/exports/${id}/download-url`, {})
  const answer = await fetch(asked.body.data.url)
  const bytes = Buffer.from(await answer.arrayBuffer())
  t.match(answer.headers.get('content-disposition'), /^attachment; filename="strongroom-.*\.tar"$/)
  await writeFile(join(folder, 'export.tar'), bytes)
  await run('tar', ['xf', 'export.tar'], { cwd: folder })
  const sums = await run('sha256sum', ['-c', 'SHA256SUMS'], { cwd: folder })
  t.equal(
    sums.stdout.trim().split('\n').length,
    6,
    'SHA256SUMS covers every entry except itself and the manifest'
  )
  const own = await run('sha256sum', ['export.tar', 'SHA256SUMS'], { cwd: folder })
  const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as { sha256sums: string }
  t.match(own.stdout, manifest.sha256sums)
  t.match(await state(), { sha256: own.stdout.slice(0, 64), file_size: bytes.length })

  const actions = async () =>
    (await sql<{ action: string }[]>`select action from audit_log where tenant_id = ${tenant.id}`).map(
      ({ action }) => action
    )
  await until(async () => (await actions()).includes('export.downloaded'))
  t.ok((await actions()).includes('export.created'))
  await until(async () => {
    const { body } = await admin.get<{ items: { event_type: string }[] }>(`${path}/events`)
    return JSON.stringify(body).includes('tenant.exported')
  })
  await until(async () => (await sql`select from mails where kind = 'export'`).length === 1)

  await t.test('the number of exports is limited', async (t) => {
    await db`insert into exports (id, user_id, state)
      select gen_random_uuid(), ${admin.userId}, 'failed' from generate_series(1, 2)`
    refused(t, await admin.send('POST', `${path}/exports`, {}), 'TOO_MANY_EXPORTS')
    await db`delete from exports where state = 'failed'`
  })

  await t.test('an expired export cannot be downloaded and is removed', async (t) => {
    const [row] = await db<{ s3_path: string }[]>`select s3_path from exports where id = ${id}`
    t.ok(existsSync(join(root, String(row?.s3_path))))
    await db`update exports set expires_at = now() - interval '2 minutes' where id = ${id}`
    await db`update pending_objects set deadline = now() - interval '2 minutes'`
    await until(async () => !existsSync(join(root, String(row?.s3_path))))
    t.match(await state(), { state: 'expired' })
    const late = await admin.send('POST', `${path}/exports/${id}/download-url`, {})
    refused(t, late, 'EXPORT_NOT_READY')
  })
})

void t.test('a worker redoes the export that a killed one began, and removes its archive', async (t) => {
  const begun = `tenants/${tenant.id}/exports/begun.tar`
  await storage.of(tenant).put(begun, Buffer.from('half'))
  await db`insert into pending_objects (s3_path, state, deadline) values (${begun}, 'upload', now() + interval '1 hour')`
  const [row] = await db<
    { id: string }[]
  >`insert into exports (id, user_id, attempts, s3_path, lease_owner, lease_until)
    values (gen_random_uuid(), ${admin.userId}, 1, ${begun}, gen_random_uuid(), now() - interval '1 second') returning id`
  const found = async () => (await db`select state, attempts from exports where id = ${String(row?.id)}`)[0]
  await until(async () => (await found())?.['state'] === 'ready')
  t.match(await found(), { attempts: 2 })
  t.match(await db`select state from pending_objects where s3_path = ${begun}`, [{ state: 'delete' }])
})

void t.test('an operator exports and imports a tenant by command', async (t) => {
  const file = join(folder, 'by-command.tar')
  await command('export', tenant.id, '--to', file)
  await t.rejects(command('export', tenant.id, '--to', file), { code: 2, stderr: /exists already/ })
  const { stdout } = await command('import', file, '--name', 'By command')
  const [, id] = /^By command \(([0-9a-f-]{36})\): 3 documents, 2 files, 0 members$/m.exec(stdout) ?? []
  await sameAsExported(t, String(id))
  for (const name of ['', ' ', 'x'.repeat(256)])
    await t.rejects(command('import', file, `--name=${name}`), { code: 2, stderr: /--name must be a name/ })
  await t.rejects(command('import', join(folder, 'missing.tar')), {
    code: 2,
    stderr: /cannot be read \(ENOENT\)/
  })
})

void t.test('an import adds only members whose address both installations have verified', async (t) => {
  await sql`update users set email_verified_at = now() where id = ${admin.userId}`
  const unverified = await archiveOf(tenant)
  const { id, members } = await receive(unverified, { withMembers: true, name: 'With members' })
  t.equal(members, 1)
  t.match(await admin.get(`/api/tenants/${id}`), { status: 200, body: { data: { name: 'With members' } } })
  await sql`update users set email_verified_at = null where id = ${admin.userId}`
  t.equal((await receive(unverified, { withMembers: true })).members, 0)
})

void t.test("an export fails with its reader's error, wherever the reader stops", async (t) => {
  for (let stop = 1; ; stop++) {
    let read = 0
    const writing = write(tenant, async (chunks) => {
      for await (const chunk of chunks)
        if (chunk.length > 0 && ++read === stop) throw new Error('the disk is full')
    })
    const error: unknown = await writing.then(
      () => null,
      (error: unknown) => error
    )
    if (error === null) break
    t.match(error, { message: 'the disk is full' }, `after ${stop} chunks`)
  }
})

void t.test('the estimate of an archive is enough for the largest rows', async (t) => {
  const wide = await createTenant(admin, 'Wide')
  const filename = '"'.repeat(255)
  for (const content of ['a', 'b', 'c']) {
    const { id } = await uploaded(admin, wide.id, content, { filename })
    const changed = await admin.send('PUT', `/api/tenants/${wide.id}/documents/${id}`, {
      external_id: content.padEnd(255, '"'),
      folder: `/${'"'.repeat(250)}/${'"'.repeat(250)}/${'"'.repeat(250)}/${'"'.repeat(250)}/`,
      tags: Array.from({ length: MAX_TAGS }, (_, n) => `${n} `.padEnd(MAX_TAG_LENGTH, '€')),
      metadata: Object.fromEntries(Array.from({ length: 15 }, (_, n) => [`k${n}`, '"'.repeat(530)]))
    })
    t.equal(changed.status, 200)
  }
  const { length } = await archiveOf(wide)
  const rest = archiveBytesAtMost({ documents: 0, files: 0, bytes: 0 })
  t.ok(archiveBytesAtMost({ documents: 3, files: 3, bytes: 3 }) - rest > length, `${length} bytes`)
})

void t.test('an export reports lost content and continues', async (t) => {
  const broken = await createTenant(admin, 'Broken')
  const kept = await uploaded(admin, broken.id, 'kept')
  const missing = await uploaded(admin, broken.id, 'missing')
  const damaged = await uploaded(admin, broken.id, 'damaged')
  await rm(join(root, missing.file.s3_path))
  await rm(join(root, damaged.file.s3_path))
  await writeFile(join(root, damaged.file.s3_path), 'changed!')
  const { id, lost } = await receive(await archiveOf(broken))
  t.equal(lost, 2)
  const { at } = await rowsOf(id)
  const found = await at`select id, verification from files`
  t.same(Object.fromEntries(found.map((row) => [row['id'] as string, row['verification'] as string])), {
    [kept.file_id]: 'intact',
    [missing.file_id]: 'missing',
    [damaged.file_id]: 'damaged'
  })
})

void t.test('during a hold, no object of a file is removed, and the tenant is not purged', async (t) => {
  const held = await createTenant(admin, 'Held')
  const document = await uploaded(admin, held.id, 'held content')
  const at = tenantSql(held.database_name)
  const hold = '5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11'
  await router.withTenant(held, (store) => store.holds.take(hold, 'export', 3600))
  await admin.delete(`/api/tenants/${held.id}/documents/${document.id}`)
  await until(async () => (await at`select from files`).length === 0)
  await at`update pending_objects set deadline = now() - interval '2 minutes'`
  t.same(await router.withTenant(held, (store) => store.pendingObjects.claimDue(10)), [])
  t.notOk(await router.withTenant(held, (store) => store.pendingObjects.claim(document.file.s3_path)))
  t.ok(existsSync(join(root, document.file.s3_path)))
  await admin.delete(`/api/tenants/${held.id}`)
  const due = (await purge.listDue(0)).find(({ id }) => id === held.id)
  if (due === undefined) throw new Error('the tenant is not due')
  t.match(await purge.purge(due, 0), { purged: null, why: 'held' })
  t.match(await sql`select status from tenants where id = ${held.id}`, [{ status: 'active' }])
  await router.withTenant(held, (store) => store.holds.release(hold))
  await until(async () => !existsSync(join(root, document.file.s3_path)))
})

void t.test('damaged and hostile archives are refused and leave nothing behind', async (t) => {
  const good = await readTar(await archiveOf(tenant))
  const edited = (name: RegExp, edit: (text: string) => string): TarEntry[] =>
    good.map((entry) =>
      name.test(entry.name)
        ? { ...entry, content: Buffer.from(edit(entry.content.toString('latin1')), 'latin1') }
        : entry
    )
  const before = (name: string, entry: TarEntry) => {
    const at = good.findIndex((one) => one.name === name)
    return [...good.slice(0, at), entry, ...good.slice(at)]
  }
  const whole = await writeTar(good)
  const cases: Record<string, [TarEntry[] | Buffer, RegExp]> = {
    'no tar': [Buffer.from('no tar'.repeat(1000)), /it is not a complete tar/],
    nothing: [Buffer.alloc(0), /its end is missing/],
    'cut off': [whole.subarray(0, whole.length - 4096), /its end is missing|not a complete tar/],
    'without its end': [good.slice(0, -1), /its end is missing/],
    'without the sums': [good.filter(({ name }) => name !== 'SHA256SUMS'), /does not match manifest.json/],
    'without an object': [
      good.filter(({ name }) => !name.startsWith('objects/')),
      /objects\/\w\w\/\w{64} is missing/
    ],
    'without a table': [good.filter(({ name }) => !name.includes('documents')), /SHA256SUMS/],
    'a damaged object': [
      edited(/^objects/, (text) => text.replace('content', 'CONTENT')),
      /objects\/.* is damaged/
    ],
    'a damaged object with matching sums': [
      summed(edited(/^objects/, (text) => text.replace('content', 'CONTENT'))),
      /objects\/.* is damaged/
    ],
    'a damaged table': [
      edited(/documents/, (text) => text.replace('first.txt', 'worst.txt')),
      /tables\/documents.* is damaged/
    ],
    'an unknown version': [
      edited(/format/, () => '{"format":"strongroom-tenant","version":2}'),
      /version 2 of the format/
    ],
    'another format': [edited(/format/, () => '{"format":"x","version":1}'), /format.json: \/format/],
    'a path': [
      before('SHA256SUMS', { name: '../../etc/passwd', content: Buffer.from('x') }),
      /holds "..\/..\/etc\/passwd"/
    ],
    'a link': [
      before('SHA256SUMS', { name: 'tables/lost.00001.ndjson', content: Buffer.alloc(0), type: 'symlink' }),
      /which no export contains/
    ],
    'a stray object': [
      before('SHA256SUMS', { name: `objects/aa/${'a'.repeat(64)}`, content: Buffer.from('x') }),
      /belongs to no file/
    ],
    'a huge line': [
      summed(edited(/documents/, (text) => text.replace('first.txt', 'x'.repeat(300_000)))),
      /line \d of tables\/documents.00001.ndjson: a line is too long/
    ],
    'an unknown column': [
      summed(edited(/documents/, (text) => text.replace('{', '{"s3_path":"tenants/x",'))),
      /line 1 of tables\/documents.*newer Strongroom/
    ],
    'U+0000': [
      summed(edited(/documents/, (text) => text.replace('first.txt', 'first\\u0000'))),
      /must not contain U\+0000/
    ],
    'rows out of order': [
      summed(edited(/documents/, (text) => text.trimEnd().split('\n').reverse().join('\n') + '\n')),
      /not in the order/
    ]
  }
  for (const [name, [archive, said]] of Object.entries(cases))
    await t.rejects(
      read(Buffer.isBuffer(archive) ? archive : await writeTar(archive)),
      { name: 'ArchiveRefused', message: said },
      name
    )

  const unknownFile = (text: string) => text.replaceAll(first.file_id, '00000000-0000-4000-8000-000000000000')
  const contradicting = await writeTar(summed(edited(/documents/, unknownFile)))
  await t.rejects(receive(contradicting), { name: 'ArchiveRefused', message: /contradict each other/ })
  await t.rejects(receive(whole.subarray(0, -4096)), { name: 'ArchiveRefused' })
  const known = new Set((await sql<{ id: string }[]>`select id from tenants`).map(({ id }) => id))
  t.same(await sql`select from tenants where name = 'Import'`, [], 'no tenant is left behind')
  t.same(
    (await readdir(join(root, 'tenants'))).filter((id) => !known.has(id)),
    [],
    'no object is left behind'
  )
})
