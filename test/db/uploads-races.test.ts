import { randomUUID } from 'node:crypto'
import t from 'tap'
import {
  by,
  client,
  consistent,
  contentOf,
  interleave,
  newDocument,
  startAnew,
  store,
  sweepAll,
  upload
} from './upload-races.js'

t.beforeEach(startAnew)

t.test('20 identical uploads at once make one file, 20 documents and one object', async (t) => {
  const objects = new Set<string>()
  const content = contentOf('the same')
  const documents = await Promise.all(Array.from({ length: 20 }, () => upload(content, objects)))
  t.equal(new Set(documents.map((document) => document.file_id)).size, 1)
  t.equal(documents.length, 20)
  await sweepAll(objects)
  t.equal(objects.size, 1)
  await consistent(t, objects)
})

t.test('equal MD5 and size with another SHA-256 are two files', async (t) => {
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

t.test('a reservation that ran out or was taken cannot be committed', async (t) => {
  const content = contentOf('late')
  const file = { id: randomUUID(), s3Path: 'files/late' }
  await store.pendingObjects.reserve(file.s3Path, 60)
  await client.sql`update pending_objects set deadline = now()`
  t.equal(await store.uploads.commit(newDocument(), content, file), null)
  t.equal(await store.pendingObjects.abandon(file.s3Path), true)
  t.equal(await store.uploads.commit(newDocument(), content, file), null)
  t.equal(await store.pendingObjects.abandon(file.s3Path), false, 'only once')
  const [count] =
    await client.sql`select (select count(*) from files) + (select count(*) from outbox) as count`
  t.equal(count?.['count'], 0)
})

t.test('an upload that was committed cannot be abandoned', async (t) => {
  const file = { id: randomUUID(), s3Path: 'files/kept' }
  await store.pendingObjects.reserve(file.s3Path, 60)
  t.ok(await store.uploads.commit(newDocument(), contentOf('kept'), file))
  t.equal(await store.pendingObjects.abandon(file.s3Path), false)
})

t.test('a file in use is not deleted', async (t) => {
  const document = await upload(contentOf('used'), new Set())
  t.same(await store.files.deleteOrphan(document.file_id), { outcome: 'in use' })
  await store.documents.remove(document.id, by())
  t.match(await store.files.deleteOrphan(document.file_id), { outcome: 'deleted' })
  t.same(await store.files.deleteOrphan(document.file_id), { outcome: 'missing' })
})
