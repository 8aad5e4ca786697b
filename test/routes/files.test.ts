import { randomUUID } from 'node:crypto'
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import {
  Client,
  createTenant,
  refused,
  signUp,
  signUpMember,
  startApi,
  uploaded,
  type Page,
  type TestDocument,
  type TestFile
} from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'

const { config, sql, tenantSql } = await createInstallation(t)
const { url } = await startApi(t, config)
const admin = await signUp(url)
const tenant = await createTenant(admin)
const viewer = await signUpMember(url, sql, tenant.id, 'viewer')
const db = tenantSql(tenant.database_name)
const path = `/api/tenants/${tenant.id}/files`

/** Whether the storage holds the object. */
const exists = (file: TestFile) =>
  access(join(config.dataDir, 'objects', file.s3_path)).then(
    () => true,
    () => false
  )
const list = async (query = '') => (await viewer.get<Page<TestFile>>(path + query)).body.data
/** Uploads and deletes a document. Its file stays, since no worker runs. */
const orphaned = async (content: string): Promise<TestFile> => {
  const { id, file } = await uploaded(admin, tenant.id, content)
  await admin.delete(`/api/tenants/${tenant.id}/documents/${id}`)
  return file
}

void t.test('a file is returned with its documents, newest first', async (t) => {
  const first = await uploaded(admin, tenant.id, 'shared', { filename: 'first' })
  const second = await uploaded(admin, tenant.id, 'shared', { filename: 'second' })
  const { status, body } = await viewer.get<TestFile & { documents: TestDocument[] }>(
    `${path}/${first.file_id}`
  )
  t.equal(status, 200)
  const { documents, ...file } = body.data
  t.same(file, first.file)
  t.same(new Set(documents.map((document) => document.id)), new Set([second.id, first.id]))
  t.ok(String(documents[0]?.created_at) >= String(documents[1]?.created_at))
  t.notOk('file' in (documents[0] ?? {}))
  refused(t, await viewer.get(`${path}/${randomUUID()}`), 'FILE_NOT_FOUND')
  refused(t, await viewer.get(`${path}/${first.id}`), 'FILE_NOT_FOUND', [], 'the id of a document')
})

void t.test('all files, and orphaned ones, are listed by cursor', async (t) => {
  for (let n = 0; n < 4; n++) await uploaded(admin, tenant.id, `walked ${n}`)
  await orphaned('walked orphan 1')
  await orphaned('walked orphan 2')
  for (const filter of ['', '&orphaned=true']) {
    const without = filter === '' ? 'true' : 'not exists (select from documents where file_id = files.id)'
    const all = await db.unsafe<{ id: string }[]>(
      `select id from files where ${without} order by created_at desc, id desc`
    )
    const found: string[] = []
    let cursor = ''
    do {
      const { items, pagination } = await list(`?per_page=1${filter}${cursor}`)
      t.equal(pagination.total, all.length)
      found.push(...items.map((file) => file.id))
      cursor = pagination.next_cursor === null ? '' : `&cursor=${pagination.next_cursor}`
    } while (cursor !== '')
    t.same(
      found,
      all.map((row) => row.id)
    )
  }
  const { next_cursor } = (await list('?per_page=1')).pagination
  const other = await viewer.get(`${path}?orphaned=true&cursor=${String(next_cursor)}`)
  refused(t, other, 'VALIDATION_ERROR', ['/cursor'])
  refused(t, await viewer.get(`${path}?cursor=x`), 'VALIDATION_ERROR', ['/cursor'])
})

void t.test('a file is returned with at most 100 documents', async (t) => {
  const { file_id } = await uploaded(admin, tenant.id, 'popular')
  await db`insert into documents (id, filename, mime_type, file_id, user_id)
    select gen_random_uuid(), 'copy', 'a/b', ${file_id}, ${admin.userId} from generate_series(1, 120)`
  const { body } = await viewer.get<{ documents: TestDocument[] }>(`${path}/${file_id}`)
  t.equal(body.data.documents.length, 100)
  await db`delete from documents where file_id = ${file_id}`
})

void t.test('all files, and orphaned ones, are listed by page', async (t) => {
  for (let n = 0; n < 5; n++) await uploaded(admin, tenant.id, `listed ${n}`)
  const orphans = [await orphaned('orphan 1'), await orphaned('orphan 2')]
  const all = (await db<{ id: string }[]>`select id from files order by created_at desc, id desc`).map(
    (row) => row.id
  )
  const page = await list()
  t.same(
    page.items.map((file) => file.id),
    all
  )
  t.same(page.pagination, { page: 1, per_page: 20, total: all.length, pages: 1, next_cursor: null })
  const pages = await Promise.all([1, 2, 3, 4, 5].map((n) => list(`?per_page=3&page=${n}`)))
  t.same(
    pages.flatMap(({ items }) => items.map((file) => file.id)),
    all
  )
  t.match(pages[4]?.pagination, { total: all.length, pages: Math.ceil(all.length / 3) })

  const unused = new Set((await list('?orphaned=true')).items.map((file) => file.id))
  for (const orphan of orphans) t.ok(unused.has(orphan.id))
  const rows = await db<
    { id: string }[]
  >`select id from files where id not in (select file_id from documents)`
  t.same(unused, new Set(rows.map((row) => row.id)))
  t.same((await list('?orphaned=false')).pagination.total, all.length)
  for (const [query, field] of [
    ['orphaned=maybe', '/orphaned'],
    ['page=0', '/page'],
    ['per_page=1000', '/per_page']
  ] as const) {
    refused(t, await viewer.get(`${path}?${query}`), 'VALIDATION_ERROR', [field])
  }
})

void t.test('a file in use cannot be deleted, and an orphan can', async (t) => {
  const document = await uploaded(admin, tenant.id, 'to be deleted')
  refused(t, await admin.delete(`${path}/${document.file_id}`), 'FILE_IN_USE')
  t.ok(await exists(document.file))
  const link = await admin.get<{ url: string }>(
    `/api/tenants/${tenant.id}/documents/${document.id}/download?redirect=false`
  )
  await admin.delete(`/api/tenants/${tenant.id}/documents/${document.id}`)
  t.equal((await viewer.get(`${path}/${document.file_id}`)).status, 200, 'the file stays for now')

  const answer = await admin.delete(`${path}/${document.file_id}`)
  t.equal(answer.status, 200)
  t.same(answer.body, { success: true, message: 'File deleted' })
  t.notOk(await exists(document.file), 'the object is gone')
  t.same(await db`select * from files where id = ${document.file_id}`, [])
  t.same(await db`select * from pending_objects`, [], 'nothing is pending')
  refused(t, await admin.delete(`${path}/${document.file_id}`), 'FILE_NOT_FOUND')
  refused(t, await viewer.get(`${path}/${document.file_id}`), 'FILE_NOT_FOUND')
  const { pathname, search } = new URL(link.body.data.url)
  refused(
    t,
    await new Client(url).get(pathname + search),
    'FILE_NOT_FOUND',
    [],
    'a link that has not expired'
  )

  const again = await uploaded(admin, tenant.id, 'to be deleted')
  t.equal(again.deduplicated, false, 'the same content counts as new')
  t.not(again.file.s3_path, document.file.s3_path, 'under a key that was never used')
})

void t.test(
  'concurrent deletions, and an upload of the same content meanwhile, leave a consistent file',
  async (t) => {
    const file = await orphaned('raced')
    const [upload, ...deletions] = await Promise.all([
      admin.upload(tenant.id, 'raced'),
      ...Array.from({ length: 6 }, () => admin.delete(`${path}/${file.id}`))
    ])
    t.equal(upload.status, 201)
    const allowed = new Set([200, 404, 409])
    for (const { status } of deletions) t.ok(allowed.has(status), `deletion: ${status}`)
    t.ok(deletions.filter((answer) => answer.status === 200).length <= 1)
    const kept = upload.body.data.file
    t.equal((await db`select from files where id = ${kept.id}`).length, 1)
    t.ok(await exists(kept), 'the document has its object')
    t.same(await db`select * from pending_objects where state = 'upload'`, [])
  }
)
