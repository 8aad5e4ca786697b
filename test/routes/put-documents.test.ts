import { randomBytes, randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import t from 'tap'
import { NO_OWN_DATA } from '../../core/own-data.js'
import { resource } from '../../plugins/resources.js'
import { refused, type TestDocument } from '../helpers/api.js'
import { startUploads } from './uploads.js'

const { app, admin, tenant, url, path, db, objects } = await startUploads(t)
const byId = (externalId: string) => `${path}/by-external-id/${externalId}`
const put = (
  externalId: string,
  body: Uint8Array<ArrayBuffer> | string,
  headers: Record<string, string> = {}
) =>
  admin.request<TestDocument>('PUT', `${byId(externalId)}?filename=a.txt`, {
    body,
    headers: { 'content-type': 'text/plain', ...headers }
  })
const contents = () => [randomBytes(1_000), randomBytes(6_000_000)]
const reserved = () => db`select s3_path from pending_objects`
const download = (id: string) =>
  fetch(`${url}${path}/${id}/content`, { headers: { authorization: `Bearer ${String(admin.token)}` } })

/** Sets the tenant's limits to what it has. */
async function leaveNoRoom(): Promise<void> {
  const by = { tenantId: tenant.id, osUser: 'root' }
  await resource(app, 'places').asOwner(tenant, async ({ usage }) => {
    const { documents, bytes } = await usage.read({ documents: null, bytes: null })
    await usage.setLimits({ documents, bytes }, by)
  })
}

void t.test('a repeated PUT needs no room and stores no bytes', async (t) => {
  const all = contents().map((content, n) => ({ id: `repeated-${n}`, content }))
  for (const { id, content } of all) t.equal((await put(id, content)).status, 201)
  await leaveNoRoom()
  const stored = await objects()
  for (const { id, content } of all) {
    t.equal((await put(id, content)).status, 200)
    refused(t, await put(id, randomBytes(content.length)), 'EXTERNAL_ID_TAKEN', ['/external_id'])
    refused(t, await put(`${id}-new`, content), 'QUOTA_EXCEEDED')
  }
  t.same(await objects(), stored)
  // Only the refused large file has reserved a key.
  t.equal((await reserved()).length, 1)
})

void t.test('a PUT repairs a file whose stored bytes are lost, even without room', async (t) => {
  await db`update usage set max_documents = null, max_bytes = null`
  const all = contents().map((content, n) => ({ id: `lost-${n}`, content }))
  for (const { id, content } of all) {
    const created = (await put(id, content)).body.data
    const [lost] = (await objects()).filter((object) => object.endsWith(created.file.s3_path))
    await rm(String(lost))
    await db`update files set verification = 'missing', verified_at = now() where id = ${created.file_id}`
  }
  await leaveNoRoom()
  await db`delete from pending_objects`
  for (const { id, content } of all) {
    refused(t, await put(id, randomBytes(content.length)), 'EXTERNAL_ID_TAKEN', ['/external_id'])
    const repaired = await put(id, content)
    t.equal(repaired.status, 200)
    t.match(repaired.body.data.file, { verification: null })
    const got = await download(repaired.body.data.id)
    t.ok(Buffer.from(await got.arrayBuffer()).equals(content), 'the document has its bytes again')
  }
  t.same(await db`select from pending_objects where state = 'upload'`, [])
  t.same(await db`select from pending_objects where s3_path in (select s3_path from files)`, [])
})

void t.test('a PUT sets the charset, and other changes leave it', async (t) => {
  await db`update usage set max_documents = null, max_bytes = null`
  const content = randomUUID()
  const typeAfter = async (type: string) => {
    const { body } = await put('charset', content, { 'content-type': type })
    const rename = { filename: 'b.txt' }
    t.equal((await admin.send('PUT', `${path}/${body.data.id}`, rename)).status, 200)
    const got = await download(body.data.id)
    await got.arrayBuffer()
    return got.headers.get('content-type')
  }
  const [latin, utf8] = ['text/plain; charset=iso-8859-1', 'text/plain; charset=utf-8']
  const without = await typeAfter('text/plain')
  t.equal(await typeAfter(latin), latin)
  t.equal(await typeAfter(utf8), utf8)
  t.equal(await typeAfter('text/plain'), without)
})

void t.test('a PUT changes only the document that it found', async (t) => {
  /** A PUT under `externalId`, while whose bytes arrive something else happens. */
  const putDuring = async (
    externalId: string,
    content: string,
    only: 'existing' | undefined,
    other: () => Promise<unknown>
  ) => {
    const { uploads, putDocument } = app.services
    const actor = { userId: admin.userId, ip: '::1', onBehalfOf: null }
    const gone = new AbortController().signal
    const request = { ...actor, size: undefined, gone, askAgain: () => Promise.resolve() }
    await using upload = await uploads.begin(tenant, request)
    const read = async () => {
      const received = await upload.receive(Readable.from([Buffer.from(content)]))
      await other()
      const ownData = { ...NO_OWN_DATA, external_id: externalId, folder: '/put/' }
      return { content: received.content, filename: 'a', mimeType: 'a/b', charset: null, ownData }
    }
    return await putDocument(tenant, upload, { externalId, only, read }, { actor, expected: undefined })
  }
  for (const [only, code] of [
    [undefined, 'UPLOAD_INTERRUPTED'],
    ['existing', 'PRECONDITION_FAILED']
  ] as const) {
    const content = randomUUID()
    const create = async () => (await put('raced', content)).body.data.id
    const folders = () => db`select external_id, folder from documents where external_id like '%raced%'`

    const deleted = await create()
    const remove = () => admin.delete(`${path}/${deleted}`)
    await t.rejects(putDuring('raced', content, only, remove), { code }, 'deleted')
    t.same(await folders(), [])

    const renamed = await create()
    const rename = () => admin.send('PUT', `${path}/${renamed}`, { external_id: 'not-raced' })
    await t.rejects(putDuring('raced', content, only, rename), { code }, 'renamed')
    t.same(await folders(), [{ external_id: 'not-raced', folder: '/' }])
    await admin.delete(`${path}/${renamed}`)

    const replaced = await create()
    const replace = async () => {
      await admin.delete(`${path}/${replaced}`)
      t.equal((await put('raced', 'other content')).status, 201)
    }
    await t.rejects(putDuring('raced', content, only, replace), { code }, 'replaced by other content')
    t.same(await folders(), [{ external_id: 'raced', folder: '/' }])
    await db`delete from documents where external_id = 'raced'`
  }
})
