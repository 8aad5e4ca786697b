import { randomBytes } from 'node:crypto'
import t from 'tap'
import { BUFFERED_BYTES } from '../../src/services/uploads/upload.js'
import { refused, type TestDocument } from '../helpers/api.js'
import { md5, multipart, MULTIPART, sha256, startUploads } from './uploads.js'

const MIB = 1024 * 1024
const { admin, tenant, db, path, post, objects, leavesNothing } = await startUploads(t)

async function download(document: TestDocument): Promise<Buffer> {
  const { body } = await admin.get<{ url: string }>(`${path}/${document.id}/download?redirect=false`)
  const response = await fetch(body.data.url)
  return Buffer.from(await response.arrayBuffer())
}

const form = (content: Buffer, fields: Record<string, string> = {}) =>
  multipart([
    ...Object.entries(fields).map(([name, body]) => ({ name, body })),
    { name: 'file', filename: 'large.bin', body: content }
  ])

void t.test('files around the size that is buffered in memory are stored', async (t) => {
  t.equal(BUFFERED_BYTES, 5 * MIB, 'the sizes below depend on this')
  for (const size of [BUFFERED_BYTES - 1, BUFFERED_BYTES, BUFFERED_BYTES + 1, 12 * MIB]) {
    const content = randomBytes(size)
    const answer = await post(form(content), MULTIPART)
    t.equal(answer.status, 201, `${size} bytes`)
    const { data } = answer.body
    const hash = md5(content)
    t.match(data.file, { file_size: size, md5_hash: hash, sha256: sha256(content) })
    t.equal(
      data.file.s3_path.endsWith(`_${hash}`),
      size <= BUFFERED_BYTES,
      'the key of a small file has its MD5'
    )
    t.ok(data.file.s3_path.includes(data.file_id), 'the key has the id of the file')
    t.ok((await download(data)).equals(content), 'the same bytes come back')
  }
  t.same(await db`select * from pending_objects`, [])
  t.equal((await objects()).length, 4)
})

void t.test('a large duplicate leaves one object', async (t) => {
  const content = randomBytes(BUFFERED_BYTES + MIB)
  const before = (await objects()).length
  const first = await post(form(content), MULTIPART)
  const second = await post(content, { 'content-type': 'application/pdf' }, '?filename=again')
  t.same([first.status, second.status], [201, 201])
  t.same([first.body.data.deduplicated, second.body.data.deduplicated], [false, true])
  t.equal(second.body.data.file_id, first.body.data.file_id)
  t.same(second.body.data.file, first.body.data.file)
  t.equal((await objects()).length, before + 1)
  t.same(await db`select * from pending_objects`, [])
  t.ok((await download(second.body.data)).equals(content))
})

void t.test('concurrent identical large uploads leave one object', async (t) => {
  const content = randomBytes(BUFFERED_BYTES + MIB)
  const before = (await objects()).length
  const answers = await Promise.all(Array.from({ length: 4 }, () => post(form(content), MULTIPART)))
  t.same(new Set(answers.map((answer) => answer.status)), new Set([201]))
  t.equal(new Set(answers.map((answer) => answer.body.data.file_id)).size, 1)
  t.equal(answers.filter((answer) => !answer.body.data.deduplicated).length, 1)
  t.equal((await objects()).length, before + 1)
  t.same(await db`select * from pending_objects`, [])
  for (const answer of answers) t.ok((await download(answer.body.data)).equals(content))
})

void t.test('a refused large upload leaves only a record for deletion', async (t) => {
  const content = randomBytes(BUFFERED_BYTES + MIB)
  const wrong = md5('other')
  await leavesNothing(t, 'refused', async () => {
    refused(t, await post(form(content, { md5: wrong }), MULTIPART), 'CHECKSUM_MISMATCH', [], 'field before')
    const behind = [
      { name: 'file', filename: 'a', body: content },
      { name: 'md5', body: wrong }
    ]
    refused(t, await post(multipart(behind), MULTIPART), 'CHECKSUM_MISMATCH', [], 'field after')
    refused(t, await post(form(content, { user_id: 'x' }), MULTIPART), 'VALIDATION_ERROR', ['/user_id'])
    const nameless = multipart([{ name: 'file', type: 'application/octet-stream', body: content }])
    refused(t, await post(nameless, MULTIPART), 'VALIDATION_ERROR', ['/filename'])
    const twice = multipart([
      { name: 'file', filename: 'a', body: content },
      { name: 'file', filename: 'b', body: content }
    ])
    refused(t, await post(twice, MULTIPART), 'VALIDATION_ERROR', ['/file'])
    refused(t, await post(form(content).subarray(0, -100), MULTIPART), 'MALFORMED_REQUEST')
    const headers = {
      'content-type': 'application/pdf',
      'content-md5': Buffer.from(wrong, 'hex').toString('base64')
    }
    refused(t, await post(content, headers, '?filename=a'), 'CHECKSUM_MISMATCH', [], 'raw')
  })
  t.equal((await db`select * from pending_objects where state = 'delete'`).length, 7, 'one for each upload')
  const right = await admin.upload(tenant.id, content, { md5: md5(content) })
  t.equal(right.status, 201)
  t.equal(right.body.data.deduplicated, false)
})
