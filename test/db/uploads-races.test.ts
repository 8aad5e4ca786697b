import t from 'tap'
import {
  by,
  client,
  consistent,
  contentOf,
  interleave,
  context,
  newUpload,
  startAnew,
  store,
  sweepAll,
  upload,
  together,
  uploadTogether
} from './upload-races.js'

t.beforeEach(startAnew)

t.test('20 concurrent identical uploads create one file, 20 documents and one object', async (t) => {
  const objects = new Set<string>()
  const content = contentOf('the same')
  const documents = await Promise.all(Array.from({ length: 20 }, () => upload(content, objects)))
  t.equal(new Set(documents.map((document) => document.file_id)).size, 1)
  t.equal(documents.length, 20)
  await sweepAll(objects)
  t.equal(objects.size, 1)
  await consistent(t, objects)
})

t.test('content with equal MD5 and size but another SHA-256 is another file', async (t) => {
  const objects = new Set<string>()
  const content = contentOf('planted')
  const first = await upload(content, objects)
  const second = await upload({ ...content, sha256: contentOf('other').sha256 }, objects)
  t.not(first.file_id, second.file_id)
  t.equal(objects.size, 2)
})

t.test('300 seeded interleavings of uploads, deletions and clean-ups lose and orphan nothing', (t) =>
  interleave(t, { rounds: 300, seed: 7 })
)

t.test('an expired or lost reservation cannot be committed', async (t) => {
  const content = contentOf('late')
  const late = newUpload(content, 'files/late')
  const { file } = late
  await store.pendingObjects.reserve(file.key, 60)
  await client.sql`update pending_objects set deadline = now()`
  t.same(together(await store.uploads.commit([late], context)), [null])
  t.same(await store.pendingObjects.abandon(file.key, 'whole'), { outcome: 'abandoned' })
  t.same(together(await store.uploads.commit([late], context)), [null])
  t.same(await store.pendingObjects.abandon(file.key, 'whole'), { outcome: 'not held' }, 'only once')
  const [count] =
    await client.sql`select (select count(*) from files) + (select count(*) from outbox) as count`
  t.equal(count?.['count'], 0)
})

t.test('concurrent uploads each have their own outcome', async (t) => {
  const stored = contentOf('stored')
  const [known] = await uploadTogether([stored], new Set())
  const content = contentOf('new')
  const uploads = [stored, content, content, contentOf('late')].map((each, n) =>
    newUpload(each, `files/${n}`)
  )
  const [attached, ...reserved] = together(await store.uploads.attachOrReserve(uploads, context, 60))
  t.match(attached, { file_id: known?.file_id, deduplicated: true })
  t.same(reserved, [null, null, null])
  await client.sql`update pending_objects set deadline = now() where s3_path = 'files/3'`
  const [first, second, late] = together(await store.uploads.commit(uploads.slice(1), context))
  t.equal(first?.file_id, second?.file_id, 'equal contents are one file')
  t.same([first?.deduplicated, second?.deduplicated].sort(), [false, true])
  t.equal(late, null)
  const pending = await client.sql`select state from pending_objects order by s3_path`
  t.same(
    pending,
    [{ state: 'delete' }, { state: 'upload' }],
    'one redundant object, and one that came too late'
  )
})

t.test('a refused batch is rolled back, and on retry only the uploads at fault are refused', async (t) => {
  const good = newUpload(contentOf('good'), 'files/good')
  const bad = newUpload(contentOf('bad'), 'files/bad')
  bad.document.filename = 'x'.repeat(300)
  for (const { file } of [good, bad]) await store.pendingObjects.reserve(file.key, 60)
  t.same(await store.uploads.commit([good, bad], context), { outcome: 'refused' })
  t.same(await client.sql`select from documents union all select from files union all select from outbox`, [])
  await t.rejects(store.uploads.commit([bad], context), { code: '22001' })
  t.match(together(await store.uploads.commit([good], context)), [{ deduplicated: false }])

  const limits = { ...context, limits: { documents: 2, bytes: null } }
  const more = [newUpload(contentOf('good')), newUpload(contentOf('good'))]
  t.same(await store.uploads.attachOrReserve(more, limits, 60), { outcome: 'refused' })
  t.match(together(await store.uploads.attachOrReserve(more.slice(1), limits, 60)), [{ deduplicated: true }])
  await t.rejects(store.uploads.attachOrReserve(more.slice(0, 1), limits, 60), { code: 'SRQTA' })
})

t.test('half a surrogate pair in a name is stored as a replacement character', async (t) => {
  const upload = newUpload(contentOf('half'), 'files/half')
  upload.document.filename = 'a\ud800b'
  await store.pendingObjects.reserve(upload.file.key, 60)
  t.match(together(await store.uploads.commit([upload], context)), [{ filename: 'a\ufffdb' }])
})

t.test('a committed upload cannot be abandoned', async (t) => {
  const kept = newUpload(contentOf('kept'), 'files/kept')
  const { file } = kept
  await store.pendingObjects.reserve(file.key, 60)
  t.match(together(await store.uploads.commit([kept], context)), [{ deduplicated: false }])
  t.same(await store.pendingObjects.abandon(file.key, 'whole'), { outcome: 'not held' })
})

t.test('a file in use is not deleted', async (t) => {
  const document = await upload(contentOf('used'), new Set())
  t.same(await store.files.deleteOrphan(document.file_id), { outcome: 'in use' })
  await store.documents.remove(document.id, by())
  t.match(await store.files.deleteOrphan(document.file_id), { outcome: 'deleted' })
  t.same(await store.files.deleteOrphan(document.file_id), { outcome: 'missing' })
})
