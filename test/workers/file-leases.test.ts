import { randomBytes } from 'node:crypto'
import t from 'tap'
import { resource } from '../../plugins/resources.js'
import { startChild } from '../../scripts/start/children.js'
import { createWorkerServices } from '../../workers/compose.js'
import { createTenant, signUp, startApi, uploaded } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { startS3Front } from '../helpers/s3-front.js'
import { startFauxqsServer } from '../helpers/s3-servers.js'
import { until } from '../helpers/until.js'
import { startWorker } from '../helpers/worker.js'

const front = await startS3Front(await startFauxqsServer())
t.teardown(() => front.stop())
const { endpoint, bucket, credentials } = front.options
if (credentials === undefined || typeof credentials === 'function') throw new Error('The server needs keys')
const installation = await createInstallation(t, {
  ...{ STORAGE_DRIVER: 's3', S3_ENDPOINT: String(endpoint), S3_BUCKET: bucket, S3_FORCE_PATH_STYLE: 'true' },
  ...{ S3_ACCESS_KEY_ID: credentials.accessKeyId, S3_SECRET_ACCESS_KEY: credentials.secretAccessKey },
  ...{ SWEEP_INTERVAL: '1', LOG_LEVEL: 'fatal' }
})
const { config, environment, tenantSql } = installation
const { app, url } = await startApi(t, config)
const ada = await signUp(url)
const tenant = await createTenant(ada)
const db = tenantSql(tenant.database_name)
const verificationOf = async (id: string) =>
  (await db`select verification from files where id = ${id}`)[0]?.['verification'] as string | null

/** The reads of a file's object; each hangs while `hangs` returns true. */
function watch(path: string) {
  const watched = { reads: 0, hangs: true }
  front.fault = (seen) => {
    if (seen.method !== 'GET' || !seen.path.endsWith(path)) return undefined
    watched.reads += 1
    return watched.hangs ? 'hang' : undefined
  }
  return watched
}
/** Ends the lease early, as if its process had been killed long ago. */
const lapse = () =>
  db`update files set lease_until = now() - interval '1 second' where lease_owner is not null`

t.test('two processes never read the same file at the same time', async (t) => {
  const [one, other] = [createWorkerServices(app), createWorkerServices(app)]
  t.teardown(() => Promise.all([one.verification.close(), other.verification.close()]))
  const { file_id, file } = await uploaded(ada, tenant.id, randomBytes(1000))
  const object = watch(file.s3_path)
  const first = one.verification.verify(tenant, file_id).catch(() => null)
  await until(async () => Promise.resolve(object.reads === 1))
  t.equal(await other.verification.verify(tenant, file_id), null)
  t.equal(object.reads, 1, 'nothing was read')
  await lapse()
  object.hangs = false
  t.equal(await other.verification.verify(tenant, file_id), 'intact', 'the lease of a dead process ends')
  t.equal(await other.verification.verify(tenant, file_id), null, 'it is not read twice')
  t.equal(object.reads, 2)
  const [before] = await db`select * from files where id = ${file_id}`
  await one.verification.close()
  t.equal(await first, null)
  t.same((await db`select * from files where id = ${file_id}`)[0], before, 'a late result changes nothing')
  t.match(before, { lease_owner: null, lease_until: null })
})

t.test('no event waits for a large file, which is still verified', async (t) => {
  const services = createWorkerServices(app)
  t.teardown(() => services.verification.close())
  const { file_id, file } = await uploaded(ada, tenant.id, Buffer.alloc(65 * 1024 * 1024, 'large'))
  const object = watch(file.s3_path)
  t.equal(await services.verification.verify(tenant, file_id), null)
  await until(async () => Promise.resolve(object.reads === 1))
  t.equal(await services.verification.verify(tenant, file_id), null)
  t.equal(await verificationOf(file_id), null)
  object.hangs = false
  await services.verification.close()
  await until(async () => (await db`select from files where lease_until > now()`).length === 0)
  const next = createWorkerServices(app)
  t.teardown(() => next.verification.close())
  await next.verification.verify(tenant, file_id)
  await until(async () => (await verificationOf(file_id)) === 'intact')
})

t.test('a file that cannot be read holds up no other, and is left alone for a while', async (t) => {
  const services = createWorkerServices(app)
  t.teardown(() => services.verification.close())
  const unreadable = await uploaded(ada, tenant.id, randomBytes(1000))
  const readable = await uploaded(ada, tenant.id, randomBytes(1000))
  await db`update files set created_at = now() - interval '1 hour' where id = ${readable.file_id}`
  await db`update files set created_at = now() - interval '2 hours' where id = ${unreadable.file_id}`
  let reads = 0
  front.fault = ({ method, path }) => {
    if (method !== 'GET' || !path.endsWith(unreadable.file.s3_path)) return undefined
    reads += 1
    return { status: 403, code: 'AccessDenied' }
  }
  await services.verification.sweep(tenant)
  t.equal(await verificationOf(readable.file_id), 'intact')
  await services.verification.sweep(tenant)
  t.equal(reads, 1)
  const [{ seconds } = { seconds: 0 }] = await db<{ seconds: number }[]>`
    select extract(epoch from lease_until - now())::float8 as seconds from files where id = ${unreadable.file_id}`
  t.ok(seconds > 1_700 && seconds <= 1_800, `the next attempt comes in ${seconds} s`)
  const nextDue = await resource(app, 'router').withTenant(tenant, (store) => store.nextDue(86_400))
  t.ok(nextDue !== null && nextDue > 1_700, `and so does the next visit: ${nextDue} s`)
  front.fault = () => undefined
  await lapse()
  await services.verification.sweep(tenant)
  t.equal(await verificationOf(unreadable.file_id), 'intact')
})

t.test('another worker reads the file that a killed one was reading', async (t) => {
  const { file_id, file } = await uploaded(ada, tenant.id, randomBytes(1000))
  const object = watch(file.s3_path)
  const child = startChild('worker', 'workers/main', { ...process.env, ...environment })
  t.teardown(() => child.kill())
  await child.ready
  await until(async () => Promise.resolve(object.reads === 1))
  child.kill()
  await child.ended
  object.hangs = false
  await startWorker(t, config)
  await lapse()
  await until(async () => (await verificationOf(file_id)) === 'intact')
  t.equal(object.reads, 2)
})
