import t, { type Test } from 'tap'
import { CreateMultipartUploadCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { createS3Storage, type S3Options } from '../../plugins/storage/s3.js'
import { partSizes } from '../../plugins/storage/s3-multipart.js'
import { startS3Front, type Fault, type S3Front } from '../helpers/s3-front.js'
import { adminClient, startFauxqsServer, startS3rver } from '../helpers/s3-servers.js'
import { bytes, MIB, newKey, read, rejection, stalling, streamOf } from './bytes.js'

async function start(t: Test, change: Partial<S3Options> = {}) {
  const front = await startS3Front(await startFauxqsServer())
  const storage = createS3Storage({ ...front.options, ...change })
  const client = adminClient(front.options)
  t.teardown(async () => {
    storage.close()
    client.destroy()
    await front.stop()
  })
  return { front, storage, client, bucket: front.options.bucket }
}

const isPart = ({ method, query }: S3Front['seen'][number]) => method === 'PUT' && query.has('partNumber')

void t.test('delete aborts every upload of exactly this key, across all pages', async (t) => {
  const { front, storage, client, bucket } = await start(t)
  const key = newKey()
  for (let i = 0; i < 5; i++)
    await client.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: key }))
  await client.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: `${key}_longer` }))
  await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: 'x' }))

  await storage.delete(key)

  t.same([...front.uploads.values()], [`${key}_longer`])
  t.equal(await storage.stat(key), null)
})

void t.test('delete works without the operations that some servers lack', async (t) => {
  const faults: Fault[] = [
    { status: 501, code: 'NotImplemented' },
    { status: 405, code: 'MethodNotAllowed' },
    { status: 501, code: 'Whatever' }
  ]
  for (const fault of faults) {
    const { front, storage } = await start(t)
    const key = newKey()
    await storage.put(key, bytes(1))
    front.fault = ({ query }) => (query.has('uploads') ? fault : undefined)
    await storage.delete(key)
    t.equal(await storage.stat(key), null)
  }
})

void t.test('delete does not ignore leftovers that it may not list', async (t) => {
  const { front, storage } = await start(t)
  front.fault = ({ query }) => (query.has('uploads') ? { status: 403, code: 'AccessDenied' } : undefined)
  await t.rejects(storage.delete(newKey()), { code: 'STORAGE_UNAVAILABLE' })
})

void t.test('a part that cannot be stored ends the upload, the stream and the other parts', async (t) => {
  for (const fault of [
    { status: 403, code: 'AccessDenied' },
    { status: 500, code: 'InternalError' },
    'cut'
  ] as const) {
    const { front, storage } = await start(t)
    front.fault = (request) =>
      isPart(request) && request.query.get('partNumber') === '2' ? fault : undefined
    // The stream stalls in the middle of part 3.
    const body = stalling(20 * MIB, () => undefined)
    const key = newKey()
    await t.rejects(storage.putStream(key, body), { code: 'STORAGE_UNAVAILABLE' }, JSON.stringify(fault))
    t.equal(front.uploads.size, 0, 'aborted')
    t.equal(await storage.stat(key), null)
  }
})

void t.test('a part that fails once is retried', async (t) => {
  const { front, storage } = await start(t)
  const failures = new Set(['1', '2', '3'])
  front.fault = (request) => {
    const part = request.query.get('partNumber') ?? ''
    if (!isPart(request) || !failures.delete(part)) return undefined
    return part === '2' ? 'cut' : { status: 503, code: 'SlowDown' }
  }
  const key = newKey()
  await storage.putStream(key, streamOf(20 * MIB))
  t.equal(failures.size, 0)
  t.ok((await read(storage, key))?.equals(bytes(20 * MIB)))
})

void t.test('an error in the body of a 200 is an error', async (t) => {
  const { front, storage } = await start(t)
  front.fault = ({ method, query }) =>
    method === 'POST' && query.has('uploadId') ? { status: 200, code: 'InternalError' } : undefined
  await t.rejects(storage.putStream(newKey(), streamOf(9 * MIB)), { code: 'STORAGE_UNAVAILABLE' })
  t.equal(front.uploads.size, 0, 'aborted')
})

void t.test('a server that does not answer holds up no aborted caller', async (t) => {
  const { front, storage } = await start(t)
  for (const size of [1, 9 * MIB, 30 * MIB]) {
    front.fault = ({ method, query }) =>
      method === 'PUT' && (query.get('partNumber') ?? '1') === '1' ? 'hang' : undefined
    const controller = new AbortController()
    const reason = new Error('gave up')
    const hanging = storage.putStream(newKey(), streamOf(size), controller.signal)
    hanging.catch(() => undefined)
    while (!front.seen.some(({ method }) => method === 'PUT'))
      await new Promise((resolve) => setImmediate(resolve))
    controller.abort(reason)
    t.equal(await rejection(hanging), reason, `${size} bytes`)
    t.equal(front.uploads.size, 0, 'aborted')
    front.seen.length = 0
  }
})

void t.test('a write whose key is deleted meanwhile is interrupted', async (t) => {
  const { front, storage } = await start(t)
  const key = newKey()
  async function* slow() {
    yield* streamOf(9 * MIB)
    await storage.delete(key)
    yield* streamOf(9 * MIB)
  }
  await t.rejects(storage.putStream(key, slow()), { code: 'UPLOAD_INTERRUPTED' })
  t.equal(front.uploads.size, 0)
  t.equal(await storage.stat(key), null)
})

void t.test('a missing bucket is not a missing object', async (t) => {
  const { storage } = await start(t, { bucket: 'not-there' })
  const key = newKey()
  await t.rejects(storage.stat(key), { code: 'STORAGE_UNAVAILABLE' })
  await t.rejects(storage.get(key), { code: 'STORAGE_UNAVAILABLE' })
  await t.rejects(storage.delete(key), { code: 'STORAGE_UNAVAILABLE' })
  await t.rejects(storage.put(key, bytes(1)), { code: 'STORAGE_UNAVAILABLE' })
  await t.rejects(storage.ping(), { code: 'STORAGE_UNAVAILABLE' })
})

void t.test('an error because of wrong credentials tells the client nothing', async (t) => {
  const server = await startS3rver()
  const credentials = { accessKeyId: 'S3RVER', secretAccessKey: 'wrong-secret-key' }
  const storage = createS3Storage({ ...server.options, credentials })
  t.teardown(async () => {
    storage.close()
    await server.stop()
  })
  for (const call of [() => storage.get(newKey()), () => storage.put(newKey(), bytes(1))]) {
    const error = await rejection(call())
    t.match(error, { code: 'STORAGE_UNAVAILABLE', message: /^The object storage is unavailable/ })
    t.notMatch(JSON.stringify(error), /S3RVER|wrong-secret-key/)
  }
})

void t.test('requests work with any S3-compatible server', async (t) => {
  const { front, storage } = await start(t)
  await storage.put(newKey(), bytes(3 * MIB))
  await storage.putStream(newKey(), streamOf(9 * MIB))
  for (const { headers, query } of front.seen) {
    t.notOk(
      Object.keys(headers).some((name) => /checksum|trailer/.test(name)),
      'no SDK checksums'
    )
    t.notOk(headers.expect, 'no Expect')
    t.match(headers['x-amz-content-sha256'], /^[0-9a-f]{64}$/, 'the body is signed')
    t.notOk(query.has('x-amz-checksum-mode'))
  }
  t.match(front.seen[0]?.headers['content-md5'], /^.{22}==$/, 'S3 verifies the bytes')
})

void t.test('links name the public host and carry their lifetime', async (t) => {
  const { storage } = await start(t, { publicEndpoint: 'https://files.example.com' })
  const options = { filename: 'a.png', mimeType: 'image/png', disposition: 'inline', expiresIn: 77 } as const
  const key = newKey()
  const url = new URL(await storage.signDownload(key, options))
  t.equal(url.origin, 'https://files.example.com')
  t.ok(url.pathname.endsWith(key))
  t.equal(url.searchParams.get('X-Amz-Expires'), '77')
  t.notOk([...url.searchParams.keys()].some((name) => /checksum/i.test(name)))
})

void t.test('parts begin small, and 10,000 are enough for every maximum', async (t) => {
  const most = 5 * 1024 ** 4
  for (const maxBytes of [1, 100 * MIB, 8000 * MIB, 8000 * MIB + 1, 1024 ** 4, most]) {
    const sizeOf = partSizes(maxBytes)
    let sum = 0
    for (let part = 1; part <= 10_000; part++) sum += sizeOf(part)
    t.ok(sum >= maxBytes, `${maxBytes} fit`)
    t.equal(sizeOf(1), 8 * MIB)
    t.ok(sizeOf(10_000) >= 8 * MIB && sizeOf(10_000) <= 583 * MIB, 'no larger than needed')
  }
  for (const unknown of [undefined, 2 * most, Infinity])
    t.equal(partSizes(unknown)(10_000), partSizes(most)(10_000), 'no more than an object can have')
})
