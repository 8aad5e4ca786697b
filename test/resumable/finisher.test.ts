// Tests how a finisher ends its work on a session, with a fake store and storage.
import t from 'tap'
import { AppError } from '../../core/errors.js'
import type { TenantStore } from '../../db/tenant/store.js'
import type { UploadSession } from '../../db/tenant/upload-sessions-repository.js'
import type { Router } from '../../plugins/tenancy/router.js'
import { createFinisher, type FinisherDependencies } from '../../src/services/resumable/finisher.js'

const TENANT = { id: '5b7c2a52-6f0c-4c2e-9f0e-3f4a8d1c7e11', database_name: 'x', server: 'main' }
const KEY = `tenants/${TENANT.id}/files/2026/01/1`
const DAY = 86_400_000
const unavailable = new AppError('STORAGE_UNAVAILABLE')

/** A finisher, and what it has done to its session and object. */
function start() {
  const done: string[] = []
  const clock = { now: 0 }
  const session = {
    ...{ id: 'session', s3_path: KEY, upload_length: 5, created_at: new Date(0).toISOString() },
    ...{ md5: null, sha256: null, unclean: false }
  } as UploadSession
  const uploadSessions = {
    lease: async () => session,
    renew: async (_id: string, _owner: string, seconds: number) => {
      done.push(`free in ${seconds} s`)
      return { outcome: 'renewed' }
    },
    endLease: async () => void done.push('free'),
    fail: async (_id: string, _owner: string, code: string) => {
      done.push(code)
      return { outcome: 'failed' }
    }
  }
  const row = { exists: true }
  const pendingObjects = {
    has: async () => row.exists,
    adopt: async (key: string) => void done.push(`adopted ${key}`)
  }
  const uploads = { commitSession: async () => ({ outcome: 'lost' }) }
  const store = { uploadSessions, pendingObjects, uploads } as unknown as TenantStore
  const withTenant = <T>(_tenant: object, work: (store: TenantStore) => Promise<T>) => work(store)
  /** Publishes the object; by default, fails. */
  const storage = { publish: (): Promise<void> => Promise.reject(unavailable) }
  const pieces = { kind: 'file', publish: () => storage.publish() }
  const finisher = createFinisher({
    ...{ router: { withTenant } as unknown as Router, change: withTenant, now: () => clock.now },
    storage: { of: () => ({ pieces }) },
    removal: {
      abandon: async (_tenant: object, key: string) => void done.push(`abandoned ${key}`)
    },
    counts: { made: () => undefined, refused: () => undefined }
  } as unknown as FinisherDependencies)
  const known = { content: { md5Hash: '', sha256: '', fileSize: 5 }, head: Buffer.from('hello') }
  const finish = (stop?: AbortSignal) =>
    finisher.finish(TENANT, session.id, { mayCommit: () => Promise.resolve(), known }, stop)
  return { finish, done, clock, storage, row }
}

t.test('a failed attempt is followed by a pause that grows with what it took', async (t) => {
  for (const [took, pause] of [
    [100, 'free in 1 s'],
    [60_000, 'free in 600 s'],
    [3_600_000, 'free in 1800 s'],
    [0, 'free']
  ] as const) {
    const { finish, done, clock, storage } = start()
    storage.publish = async () => {
      clock.now += took
      throw unavailable
    }
    await t.rejects(finish(), { code: 'STORAGE_UNAVAILABLE' })
    t.same(done, [pause], `after ${took} ms`)
  }
})

t.test('a stopping process gives the session back at once', async (t) => {
  const { finish, done, clock, storage } = start()
  const stop = new AbortController()
  storage.publish = async () => {
    clock.now += 60_000
    stop.abort()
    throw unavailable
  }
  await t.rejects(finish(stop.signal), { code: 'STORAGE_UNAVAILABLE' })
  t.same(done, ['free'])
})

t.test('an upload is given up seven days after its creation, and not before', async (t) => {
  const { finish, done, clock } = start()
  clock.now = 7 * DAY
  await t.rejects(finish(), { code: 'STORAGE_UNAVAILABLE' })
  t.same(done, ['free'])
  clock.now += 1
  await t.rejects(finish(), { code: 'UPLOAD_INTERRUPTED' })
  t.same(done, ['free', 'UPLOAD_INTERRUPTED', `abandoned ${KEY}`])
})

t.test('an object that appears after its session was removed is removed, too', async (t) => {
  const lost = start()
  lost.storage.publish = async () => void (lost.row.exists = false)
  t.equal(await lost.finish(), null)
  t.same(lost.done, [`adopted ${KEY}`, `abandoned ${KEY}`])

  const failed = start()
  failed.storage.publish = async () => {
    failed.row.exists = false
    throw unavailable
  }
  await t.rejects(failed.finish(), { code: 'STORAGE_UNAVAILABLE' })
  t.same(failed.done, ['free', `adopted ${KEY}`, `abandoned ${KEY}`])
})

t.test('an object whose key is still recorded is left to whoever has the session', async (t) => {
  const { finish, done, storage } = start()
  storage.publish = () => Promise.resolve()
  t.equal(await finish(), null)
  t.same(done, [])
})
