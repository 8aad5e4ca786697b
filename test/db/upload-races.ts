import { createHash, randomUUID } from 'node:crypto'
import { NO_OWN_DATA } from '../../core/own-data.js'
import type { Test } from 'tap'
import type {
  ContentIdentity,
  NewUpload,
  UploadContext,
  UploadOutcomes
} from '../../db/tenant/uploads-repository.js'
import type { UploadAnswer } from '../../db/tenant/rows.js'
import { seeded } from '../patches/seeded.js'
import { createTenantDatabase } from './tenant-database.js'

export const { client, store } = await createTenantDatabase(20)

const TENANT = randomUUID()

export function contentOf(text: string): ContentIdentity {
  const hash = (algorithm: string) => createHash(algorithm).update(text).digest('hex')
  return { md5Hash: hash('md5'), sha256: hash('sha256'), fileSize: text.length }
}

export const by = () => ({
  tenantId: TENANT,
  actor: { userId: randomUUID(), ip: '127.0.0.1', onBehalfOf: null }
})

export const context: UploadContext = { tenantId: TENANT, limits: { documents: null, bytes: null } }

export const newUpload = (content: ContentIdentity, key = `files/${randomUUID()}`): NewUpload => ({
  document: {
    id: randomUUID(),
    filename: 'a.txt',
    mimeType: 'text/plain',
    charset: null,
    userId: randomUUID(),
    ip: '::1',
    onBehalfOf: null,
    ownData: NO_OWN_DATA
  },
  content,
  file: { id: randomUUID(), key }
})

/** The results of a batch of uploads. */
export function together(
  results: UploadOutcomes<{ document: UploadAnswer } | object>
): (UploadAnswer | null)[] {
  if (results.outcome === 'refused') throw new Error('refused')
  return results.each.map((one) => ('document' in one ? one.document : null))
}

/** Performs a batch of uploads, with a set of keys as the storage. */
export async function uploadTogether(
  contents: ContentIdentity[],
  objects: Set<string>
): Promise<{ id: string; file_id: string }[]> {
  const uploads = contents.map((content) => newUpload(content))
  const attached = together(await store.uploads.attachOrReserve(uploads, context, 60))
  const reserved = uploads.filter((_upload, index) => attached[index] === null)
  for (const { file } of reserved) objects.add(file.key)
  const committed = reserved.length > 0 ? together(await store.uploads.commit(reserved, context)) : []
  const documents = [...attached, ...committed].flatMap((document) => document ?? [])
  if (documents.length < contents.length) throw new Error('a reservation was lost')
  return documents
}

export async function upload(
  content: ContentIdentity,
  objects: Set<string>
): Promise<{ id: string; file_id: string }> {
  const [document] = await uploadTogether([content], objects)
  if (document === undefined) throw new Error('nothing was uploaded')
  return document
}

/** Does the worker's part for a deleted document, and then the sweeper's. */
async function cleanUp(fileId: string, objects: Set<string>): Promise<void> {
  await store.files.deleteOrphan(fileId)
  for (const key of await store.pendingObjects.claimDue(100)) {
    objects.delete(key)
    await store.pendingObjects.remove(key)
  }
}

export async function sweepAll(objects: Set<string>): Promise<void> {
  await client.sql`update pending_objects set deadline = now() - interval '1 hour'`
  for (const key of await store.pendingObjects.claimDue(1000)) {
    objects.delete(key)
    await store.pendingObjects.remove(key)
  }
}

/** Asserts that objects and file rows match one to one, and that the usage is right. */
export async function consistent(t: Test, objects: Set<string>): Promise<void> {
  const rows = await client.sql<{ s3_path: string }[]>`select s3_path from files`
  t.same([...objects].sort(), rows.map((row) => row.s3_path).sort())
  const [dangling] = await client.sql`select 1 from documents where file_id not in (select id from files)`
  t.equal(dangling, undefined)
  const { documents, files, bytes } = await store.usage.read({ documents: null, bytes: null })
  const [real] = await client.sql`
    select (select count(*) from documents) as documents, count(*) as files, coalesce(sum(file_size), 0)::bigint as bytes
    from files`
  t.same({ documents, files, bytes }, real, 'usage is right')
}

/** Empties the tables and recounts the usage. */
export async function startAnew(): Promise<void> {
  await client.sql`truncate documents, files, pending_objects, outbox, usage_changes, idempotency_keys`
  await store.usage.recount()
}

/**
 * Uploads of equal and different content, deletions of the same documents, clean-ups and folds of the usage, started in
 * an order derived from the seed, some concurrently.
 */
export async function interleave(t: Test, options: { rounds: number; seed: number }): Promise<void> {
  const objects = new Set<string>()
  const contents = [contentOf('contended'), contentOf('contended too')] as const
  const random = seeded(options.seed)
  for (let round = 0; round < options.rounds; round++) {
    const content = random.oneOf(contents)
    const before = await upload(content, objects)
    const remove = () => store.documents.remove(before.id, by())
    const steps: (() => Promise<unknown>)[] = [
      () => upload(content, objects),
      remove,
      remove,
      () => cleanUp(before.file_id, objects),
      () =>
        uploadTogether([random.oneOf(contents), random.oneOf(contents), contents[0], contents[1]], objects),
      () => uploadTogether(contents.toReversed(), objects),
      () => cleanUp(before.file_id, objects),
      () => store.usage.fold()
    ]
    const running: Promise<unknown>[] = []
    while (steps.length > 0) {
      const [step] = steps.splice(random.below(steps.length), 1)
      if (step !== undefined) running.push(step())
      if (random.below(3) === 0) await Promise.all(running)
    }
    await Promise.all(running)
    if (random.below(4) === 0) await client.sql`delete from documents`
  }
  await sweepAll(objects)
  await consistent(t, objects)
}
