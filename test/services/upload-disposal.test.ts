import { setImmediate } from 'node:timers/promises'
import { NO_OWN_DATA } from '../../core/own-data.js'
import t, { type Test } from 'tap'
import { AppError } from '../../core/errors.js'
import { createHashing } from '../../plugins/hashing/hashing.js'
import type { TenantStorage } from '../../plugins/storage/tenant-storage.js'
import { openInstallation } from '../../scripts/operator/installation.js'
import { createObjectRemoval } from '../../src/services/files/object-removal.js'
import type { UploadRequest } from '../../src/services/uploads/upload.js'
import { createUploadService } from '../../src/services/uploads/upload-service.js'
import { createUploadLine } from '../../src/services/uploads/upload-line.js'
import { until } from '../helpers/until.js'
import { startUploads } from '../routes/uploads.js'

const { installation, admin, tenant, db, objects } = await startUploads(t)
const opened = openInstallation(installation.config)
const { router, change } = opened
const openedStorage = await opened.storage()
const hashing = createHashing()
t.teardown(() => Promise.all([opened.close(), hashing.close()]))

const line = createUploadLine({ concurrency: 1, fullSize: 1, waiting: 0, waitMs: 1 })
const LARGE = 6_000_000

/** Uploads to the storage, with `putStream` optionally replaced. */
function startService(putStream?: TenantStorage['putStream'], timeout = 60) {
  const of: typeof openedStorage.of = (tenant) => {
    const storage = openedStorage.of(tenant)
    return putStream === undefined ? storage : { ...storage, putStream }
  }
  const removal = createObjectRemoval({
    router,
    storage: { of },
    onPostponed: (error) => t.fail(String(error))
  })
  const limits = { documents: null, bytes: null }
  return createUploadService({
    ...{ router, change, hashing, removal, line, limits, timeout },
    storage: { of },
    maxBytes: 1e9
  })
}

const request = (more: Partial<UploadRequest> = {}): UploadRequest => ({
  userId: admin.userId,
  ip: '::1',
  onBehalfOf: null,
  size: undefined,
  key: 'a-key',
  gone: new AbortController().signal,
  askAgain: () => Promise.resolve(),
  ...more
})

async function* bytes(length: number) {
  yield Buffer.alloc(length, 'x')
}

/** Asserts that no place, key or reservation is held, and that no object is left. */
async function givenBack(t: Test, what: string): Promise<void> {
  t.same(line.status(), { running: 0, waiting: 0 }, `${what}: the place`)
  t.same(await db`select from idempotency_keys`, [], `${what}: the key`)
  t.same(await db`select from pending_objects where state = 'upload'`, [], `${what}: the reservation`)
  t.same(await objects(), [], `${what}: the object`)
}

void t.test('an upload releases everything it holds, wherever it ends', async (t) => {
  const uploads = startService()
  const refused = new AppError('INSUFFICIENT_ROLE')
  await t.rejects(uploads.begin(tenant, request({ askAgain: () => Promise.reject(refused) })), refused)
  await givenBack(t, 'refused in the line')

  await (await uploads.begin(tenant, request()))[Symbol.asyncDispose]()
  await givenBack(t, 'before the first byte')

  for (const length of [10, LARGE]) {
    const upload = await uploads.begin(tenant, request())
    await upload.receive(bytes(length))
    t.same(line.status(), { running: 1, waiting: 0 })
    t.equal((await db`select from idempotency_keys`).length, 1)
    await upload[Symbol.asyncDispose]()
    await givenBack(t, `${length} uncommitted bytes`)
  }

  let asked = 0
  const askAgain = async () => {
    asked += 1
    if (asked > 1) throw refused
  }
  const upload = await uploads.begin(tenant, request({ askAgain }))
  const { content } = await upload.receive(bytes(LARGE))
  const description = { content, filename: 'a', mimeType: 'a/b', charset: null, ownData: NO_OWN_DATA }
  await t.rejects(upload.commit(description), refused)
  await upload[Symbol.asyncDispose]()
  await givenBack(t, 'the role is lost before the commit')
})

void t.test(
  'an upload does not wait for a hanging storage, and leaves nothing once that recovers',
  async (t) => {
    let goOn: (() => void) | undefined
    const stuck = new Promise<void>((resolve) => (goOn = resolve))
    const uploads = startService(async (key, body) => {
      await stuck
      await openedStorage.of(tenant).putStream(key, body)
    })
    const upload = await uploads.begin(tenant, request())
    const received = t.rejects(upload.receive(bytes(LARGE)), { code: 'UPLOAD_INTERRUPTED' })
    await until(async () => (await db`select from pending_objects where state = 'upload'`).length === 1)
    await upload[Symbol.asyncDispose]()
    t.same(line.status(), { running: 0, waiting: 0 })
    t.same(await db`select from idempotency_keys`, [])
    await setImmediate()
    t.equal(
      (await db`select from pending_objects where state = 'upload'`).length,
      1,
      'the object may still be written'
    )
    goOn?.()
    await received
    await givenBack(t, 'afterwards')
  }
)

void t.test('an upload that takes too long is interrupted, and releases everything', async (t) => {
  const uploads = startService(undefined, 0.1)
  for (const length of [10, LARGE]) {
    const upload = await uploads.begin(tenant, request())
    const stalls = async function* () {
      yield* bytes(length)
      await new Promise(() => undefined)
    }
    await t.rejects(upload.receive(stalls()), { code: 'UPLOAD_INTERRUPTED' })
    await upload[Symbol.asyncDispose]()
    await givenBack(t, `${length} bytes`)
  }
})
