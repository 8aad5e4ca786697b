import { Readable } from 'node:stream'
import { NO_OWN_DATA } from '../../core/own-data.js'
import t from 'tap'
import { createHashing } from '../../plugins/hashing/hashing.js'
import { createStorage } from '../../plugins/storage/create-storage.js'
import type { ObjectStorage } from '../../plugins/storage/object-storage.js'
import { confineToTenants, type StorageOfTenants } from '../../plugins/storage/tenant-storage.js'
import { openInstallation } from '../../scripts/operator/installation.js'
import { AppError } from '../../core/errors.js'
import { createObjectRemoval } from '../../src/services/files/object-removal.js'
import { createStorageCheck } from '../../src/services/files/storage-check.js'
import { createUploadService } from '../../src/services/uploads/upload-service.js'
import { createUploadLine } from '../../src/services/uploads/upload-line.js'
import { startUploads } from '../routes/uploads.js'

const { installation, admin, tenant, db, objects } = await startUploads(t)
const opened = openInstallation(installation.config)
const { router, change } = opened
const openedStorage = await opened.storage()
const storage = await createStorage(installation.config, () => '')
const confined = (on: ObjectStorage) => confineToTenants(on, (_tenant, key) => t.fail(key))
const hashing = createHashing()
t.teardown(() => storage.close())
t.teardown(() => Promise.all([opened.close(), hashing.close()]))

type Fault = 'put' | 'put, but written' | 'putStream' | 'putStream, in the middle' | 'putStream, but written'
const FAULTS: Fault[] = [
  'put',
  'put, but written',
  'putStream',
  'putStream, in the middle',
  'putStream, but written'
]

/** The real storage, except that one step fails, and optionally deletions. */
function faulty(fault: Fault, deletesFail: boolean): ObjectStorage {
  const fail = () => Promise.reject(new AppError('STORAGE_UNAVAILABLE'))
  async function* half(body: AsyncIterable<Buffer>) {
    let bytes = 0
    for await (const chunk of body) {
      bytes += chunk.length
      if (bytes > 6_000_000) throw new AppError('STORAGE_UNAVAILABLE')
      yield chunk
    }
  }
  const changes: Partial<ObjectStorage> = {
    ...(fault === 'put' && { put: fail }),
    ...(fault === 'put, but written' && {
      put: async (key: string, body: Buffer) => storage.put(key, body).then(fail)
    }),
    ...(fault === 'putStream' && { putStream: fail }),
    ...(fault === 'putStream, in the middle' && {
      putStream: async (key: string, body: AsyncIterable<Buffer>) => storage.putStream(key, half(body))
    }),
    ...(fault === 'putStream, but written' && {
      putStream: async (key: string, body: AsyncIterable<Buffer>) => storage.putStream(key, body).then(fail)
    }),
    ...(deletesFail && { delete: fail })
  }
  return new Proxy(storage, {
    get: (target, name: keyof ObjectStorage) => {
      const value: unknown = changes[name] ?? Reflect.get(target, name)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    }
  })
}

const removalOn = (on: StorageOfTenants) =>
  createObjectRemoval({ router, storage: on, onPostponed: () => undefined })

async function upload(on: StorageOfTenants, content: Buffer): Promise<void> {
  const uploads = createUploadService({
    ...{ router, change, hashing, storage: on, removal: removalOn(on), maxBytes: 1e9, timeout: 60 },
    line: createUploadLine({ concurrency: 1, fullSize: 1, waiting: 0, waitMs: 1 }),
    limits: { documents: null, bytes: null }
  })
  const gone = new AbortController().signal
  const by = {
    ...{ userId: admin.userId, ip: '::1', onBehalfOf: null },
    ...{ size: undefined, gone, askAgain: () => Promise.resolve() }
  }
  await using upload = await uploads.begin(tenant, by)
  const bytes = Readable.from([content.subarray(0, 5_500_000), content.subarray(5_500_000)])
  const received = await upload.receive(bytes)
  await upload.commit({
    content: received.content,
    filename: 'a',
    mimeType: 'a/b',
    charset: null,
    ownData: NO_OWN_DATA
  })
}

void t.test('whichever storage step fails, the sweeper cleans up', async (t) => {
  for (const fault of FAULTS) {
    for (const deletesFail of [false, true]) {
      const what = `${fault}${deletesFail ? ', and nothing can be deleted' : ''}`
      const content = Buffer.alloc(fault.startsWith('putStream') ? 7_000_000 : 70_000, what)
      await t.rejects(
        upload(confined(faulty(fault, deletesFail)), content),
        { code: 'STORAGE_UNAVAILABLE' },
        what
      )
      t.same(await db`select from documents union all select from files`, [], `${what}: no row`)
      const promised = await db`
        select deadline > now() + interval '2 minutes' as for_long from pending_objects where state = 'delete'`
      // S3 may go on assembling what was sent in parts.
      t.match(promised, [{ for_long: fault.startsWith('putStream') }], `${what}: the key is on record`)
      t.equal(promised.length, 1)

      await db`update pending_objects set deadline = now() - interval '1 hour'`
      await removalOn(openedStorage).sweep(tenant)
      t.same(await objects(), [], `${what}: no object`)
      t.same(await db`select from pending_objects`, [], `${what}: settled`)
    }
  }
  const check = createStorageCheck({
    router,
    storage: openedStorage,
    change,
    removal: removalOn(openedStorage)
  })
  for await (const finding of check.findings(tenant, { files: 0, objects: 0, bytes: 0, pending: 0 }))
    t.fail(finding.key)
})
