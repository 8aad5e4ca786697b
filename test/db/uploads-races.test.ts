import { createHash, randomBytes, randomUUID } from 'node:crypto'
import postgres from 'postgres'
import t, { type Test } from 'tap'
import { maintenanceUrl, withDatabase } from '../../db/database-url.js'
import { createClient } from '../../db/client.js'
import { migrate } from '../../db/migrate.js'
import { createTenantStore, type TenantStore } from '../../db/tenant/store.js'
import type { ContentIdentity, NewDocument } from '../../db/tenant/uploads-repository.js'
import { testServices } from '../helpers/services.js'

const { databaseUrl } = testServices()
const name = `test_${randomBytes(6).toString('hex')}`
const url = withDatabase(databaseUrl, name)
const maintenance = postgres(maintenanceUrl(databaseUrl), { max: 1, onnotice: () => undefined })
await maintenance`create database ${maintenance(name)}`
await migrate(url, 'tenant')
const client = createClient(url, { max: 20, applicationName: 'strongroom-test' })
const store: TenantStore = createTenantStore(client)
t.teardown(async () => {
  await client.close()
  await maintenance`drop database ${maintenance(name)} with (force)`
  await maintenance.end()
})

const TENANT = randomUUID()

function contentOf(text: string): ContentIdentity {
  const hash = (algorithm: string) => createHash(algorithm).update(text).digest('hex')
  return { md5Hash: hash('md5'), sha256: hash('sha256'), fileSize: text.length }
}

const by = () => ({ tenantId: TENANT, actor: { userId: randomUUID(), ip: '127.0.0.1' } })

const newDocument = (): NewDocument => ({
  id: randomUUID(),
  filename: 'a.txt',
  mimeType: 'text/plain',
  userId: randomUUID(),
  tenantId: TENANT,
  limits: { documents: null, bytes: null }
})

/** What an upload does, with a set of keys for a storage. */
async function upload(
  content: ContentIdentity,
  objects: Set<string>
): Promise<{ id: string; file_id: string }> {
  const file = { id: randomUUID(), s3Path: `files/${randomUUID()}` }
  const document = newDocument()
  const attached = await store.uploads.attachOrReserve(document, content, file.s3Path, 60)
  if (attached !== null) return attached
  objects.add(file.s3Path)
  const committed = await store.uploads.commit(document, content, file)
  if (committed === null) throw new Error('the reservation was lost')
  return committed.document
}

/** What the worker does for a deleted document, and the sweeper afterwards. */
async function cleanUp(fileId: string, objects: Set<string>): Promise<void> {
  await store.files.deleteOrphan(fileId)
  for (const key of await store.pendingObjects.claimDue(100)) {
    objects.delete(key)
    await store.pendingObjects.remove(key)
  }
}

async function sweepAll(objects: Set<string>): Promise<void> {
  await client.sql`update pending_objects set deadline = now() - interval '1 hour'`
  for (const key of await store.pendingObjects.claimDue(1000)) {
    objects.delete(key)
    await store.pendingObjects.remove(key)
  }
}

/** Objects and rows of files name each other, one to one. */
async function consistent(t: Test, objects: Set<string>): Promise<void> {
  const rows = await client.sql<{ s3_path: string }[]>`select s3_path from files`
  t.same([...objects].sort(), rows.map((row) => row.s3_path).sort())
  const [dangling] = await client.sql`select 1 from documents where file_id not in (select id from files)`
  t.equal(dangling, undefined)
}

t.beforeEach(async () => {
  await client.sql`truncate documents, files, pending_objects, outbox, usage_changes`
})

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

t.test(
  'uploads and clean-ups of the same content in 300 seeded orders lose and orphan nothing',
  async (t) => {
    const objects = new Set<string>()
    const content = contentOf('contended')
    let seed = 7
    const random = (below: number) => {
      seed = (seed * 48271) % 2147483647
      return seed % below
    }
    for (let round = 0; round < 300; round++) {
      const before = await upload(content, objects)
      const steps: (() => Promise<unknown>)[] = [
        () => upload(content, objects),
        () => store.documents.remove(before.id, by()),
        () => cleanUp(before.file_id, objects),
        () => upload(content, objects),
        () => cleanUp(before.file_id, objects)
      ]
      const running: Promise<unknown>[] = []
      while (steps.length > 0) {
        const [step] = steps.splice(random(steps.length), 1)
        if (step !== undefined) running.push(step())
        if (random(3) === 0) await Promise.all(running)
      }
      await Promise.all(running)
      if (random(4) === 0) await client.sql`delete from documents`
    }
    await sweepAll(objects)
    await consistent(t, objects)
  }
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
