import { createHash, randomBytes } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { appendFileSync, promises, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import t, { type Test } from 'tap'
import {
  createStrongroom,
  NotFoundError,
  StrongroomError,
  TooLargeError,
  ValidationError,
  type FinishedUpload
} from '../../client/index.js'
import { resource } from '../../plugins/resources.js'
import { startApi } from '../helpers/api.js'
import { cuttingProxy } from '../helpers/cutting-proxy.js'
import { createInstallation } from '../helpers/installation.js'
import { until } from '../helpers/until.js'
import { startWorker } from '../helpers/worker.js'
import { temporaryDataDir } from '../scripts/temporary-folder.js'
import { recorded } from './flaky.js'
import { createAda } from './people.js'

const MiB = 1024 * 1024
const { config } = await createInstallation(t, {
  MAX_UPLOAD_BYTES: String(48 * MiB),
  MAX_RESUMABLE_BYTES: String(48 * MiB),
  SWEEP_INTERVAL: '1'
})
const { app, url } = await startApi(t, config)
await startWorker(t, config)

const { strongroom, session } = await createAda({ url })
const tenant = await strongroom.tenants.create({ name: 'Acme' })
const tokens = { access_token: session.access_token }

/** Ada's client with other options, and short waits. */
const over = (options: Partial<Parameters<typeof createStrongroom>[0]>) =>
  createStrongroom({ url, tokens, maxRetryDelay: 100, ...options })

async function arrived(t: Test, { document_id }: FinishedUpload, content: Buffer, filename: string) {
  const document = await strongroom.documents.get(tenant.id, document_id)
  t.equal(document.filename, filename)
  const { stream } = await strongroom.documents.download(tenant.id, document_id)
  t.ok(Buffer.from(await new Response(stream).arrayBuffer()).equals(content), 'the bytes are the same')
}

/** The offsets at which a client's PATCHes began. */
const positions = (requests: Request[]) =>
  requests
    .filter(({ method }) => method === 'PATCH')
    .map(({ headers }) => Number(headers.get('upload-offset')))

t.test('uploads a Blob, a stream and a file, and reports progress', async (t) => {
  const content = randomBytes(3 * MiB)
  const path = join(temporaryDataDir(t), 'ä 1.bin')
  writeFileSync(path, content)
  const sources = [
    [new Blob([content]), { filename: 'ä 1.bin' }, content.length],
    [new Blob([content]).stream(), { filename: 'ä 1.bin', pieceSize: MiB }, undefined],
    [path, { sha256: createHash('sha256').update(content).digest('hex') }, content.length],
    [path, { pieceSize: 700_000 }, content.length]
  ] as const
  for (const [source, options, total] of sources) {
    const progress: (number | undefined)[][] = []
    const upload = await strongroom.uploads.upload(tenant.id, source, {
      ...options,
      onProgress: (...now) => void progress.push(now)
    })
    await arrived(t, upload, content, 'ä 1.bin')
    t.same(progress.at(-1), [content.length, total])
    t.same(await strongroom.uploads.get(tenant.id, upload.id), upload)
  }
  const typed = new File(['{}'], 'data.json', { type: 'application/json' })
  const ownData = {
    external_id: 'ü-1',
    folder: '/a/',
    tags: ['a', 'b,c'],
    metadata: { paid: false, of: 'ü' }
  }
  const { document_id, id } = await strongroom.uploads.upload(tenant.id, typed, { ownData })
  t.match(await strongroom.documents.get(tenant.id, document_id), {
    filename: 'data.json',
    mime_type: 'application/json',
    ...ownData
  })
  t.ok((await strongroom.uploads.list(tenant.id)).some((upload) => upload.id === id))
  await strongroom.uploads.delete(tenant.id, id)
  await t.rejects(strongroom.uploads.get(tenant.id, id), NotFoundError)
})

t.test('resumes after broken connections', async (t) => {
  const proxy = await cuttingProxy(t, url, 3 * MiB)
  const content = randomBytes(10 * MiB)
  const path = join(temporaryDataDir(t), 'a.bin')
  writeFileSync(path, content)
  const [blob, stream] = [new Blob([content]), new Blob([content]).stream()]
  for (const source of [path, blob, stream]) {
    const before = proxy.cuts()
    const { requests, transport } = recorded()
    const client = over({ url: proxy.url, fetch: transport })
    const upload = await client.uploads.upload(tenant.id, source, { filename: 'a.bin' })
    await arrived(t, upload, content, 'a.bin')
    t.ok(proxy.cuts() > before, 'connections were cut')
    const starts = positions(requests)
    t.ok(Number(starts.at(-1)) >= 6 * MiB, `it does not start over: ${starts.join()}`)
  }
})

t.test('resumes after connections that broke while a block of the file was being read', async (t) => {
  const content = randomBytes(MiB)
  const path = join(temporaryDataDir(t), 'a.bin')
  writeFileSync(path, content)
  let breaks = 0
  const blocks = new EventEmitter()
  const { open } = promises
  t.intercept(promises, 'open', {
    value: async (path: string) => {
      const handle = await open(path)
      const read = handle.read.bind(handle) as (...of: unknown[]) => Promise<unknown>
      const held = async (...of: unknown[]) => {
        const block = await read(...of)
        if (breaks === 2) return block
        breaks++
        // Its type does not say that it emits events.
        const closed = once(handle as unknown as EventEmitter, 'close')
        blocks.emit('read')
        await closed
        return block
      }
      return Object.assign(handle, { read: held })
    }
  })
  const client = over({
    fetch: async (request) => {
      if (request.method !== 'PATCH' || breaks === 2) return fetch(request)
      await once(blocks, 'read')
      await request.body?.cancel()
      throw new TypeError('the connection broke')
    }
  })
  await arrived(t, await client.uploads.upload(tenant.id, path, {}), content, 'a.bin')
  t.equal(breaks, 2)
})

t.test('an interrupted upload resumes in another process', async (t) => {
  const content = randomBytes(6 * MiB)
  const path = join(temporaryDataDir(t), 'a.bin')
  writeFileSync(path, content)
  for (const source of [() => path, () => new Blob([content]).stream()]) {
    const stop = new AbortController()
    let uploadId = ''
    const interrupted = strongroom.uploads.upload(tenant.id, source(), {
      filename: 'a.bin',
      pieceSize: MiB,
      signal: stop.signal,
      onUploadId: (id) => void (uploadId = id),
      onProgress(sent) {
        if (sent > 2 * MiB) stop.abort(new Error('interrupted'))
      }
    })
    await t.rejects(interrupted, /interrupted/)
    const { requests, transport } = recorded()
    const upload = await over({ fetch: transport }).uploads.upload(tenant.id, source(), {
      filename: 'a.bin',
      uploadId
    })
    t.equal(upload.id, uploadId)
    await arrived(t, upload, content, 'a.bin')
    t.ok(Number(positions(requests)[0]) >= 2 * MiB, 'it resumes where it was')
    const again = await strongroom.uploads.upload(tenant.id, source(), { filename: 'a.bin', uploadId })
    t.equal(again.document_id, upload.document_id, 'a complete upload is not resent')
  }
})

t.test('an interrupted upload resumes with kept tokens that have expired', async (t) => {
  const content = randomBytes(2 * MiB)
  let uploadId = ''
  const interrupted = strongroom.uploads.upload(tenant.id, new Blob([content]), {
    filename: 'a.bin',
    onUploadId(id) {
      uploadId = id
      throw new Error('interrupted')
    }
  })
  await t.rejects(interrupted, /interrupted/)
  const accessTokens = resource(app, 'accessTokens')
  const { token } = accessTokens.sign(accessTokens.verify(session.access_token), -60)
  const { requests, transport } = recorded()
  const later = over({ tokens: { ...session, access_token: token }, fetch: transport })
  const upload = await later.uploads.upload(tenant.id, new Blob([content]), { filename: 'a.bin', uploadId })
  await arrived(t, upload, content, 'a.bin')
  t.same(
    requests.slice(0, 4).map(({ method }) => method),
    ['HEAD', 'POST', 'HEAD', 'PATCH'],
    'the refused HEAD is repeated with a new token'
  )
})

t.test('the same key leads to the same upload', async (t) => {
  const content = randomBytes(1000)
  const upload = () =>
    strongroom.uploads.upload(tenant.id, new Blob([content]), { filename: 'k.bin', idempotencyKey: 'kept' })
  const both = [await upload(), await upload()]
  t.equal(both[0]?.document_id, both[1]?.document_id)
})

t.test('a busy server is retried, and an expired token is replaced', async (t) => {
  const content = randomBytes(2 * MiB)
  let busy = 0
  const { transport, requests } = recorded(async (request) => {
    if (request.method !== 'PATCH' || ++busy > 3) return fetch(request)
    await request.body?.cancel()
    const answer = { success: false, error: { code: busy === 3 ? 'TOKEN_EXPIRED' : 'UPLOADS_BUSY' } }
    return Response.json(
      answer,
      busy === 3 ? { status: 401 } : { status: 503, headers: { 'retry-after': '0' } }
    )
  })
  const upload = await over({ fetch: transport }).uploads.upload(tenant.id, new Blob([content]), {
    filename: 'b.bin'
  })
  await arrived(t, upload, content, 'b.bin')
  t.equal(positions(requests).length, 4)

  const dead = over({
    fetch: (request) => (request.method === 'PATCH' ? fetch('http://127.0.0.1:1') : fetch(request))
  })
  const hopeless = dead.uploads.upload(tenant.id, new Blob([content]), { filename: 'b.bin', retries: 2 })
  await t.rejects(hopeless, TypeError, 'the attempts are bounded')
})

t.test('refusals are errors with the reason', async (t) => {
  const { uploads } = strongroom
  const blob = new Blob([randomBytes(1000)])
  const sha256 = '0'.repeat(64)
  const wrong = await uploads.upload(tenant.id, blob, { filename: 'a', sha256 }).catch((e: unknown) => e)
  t.ok(wrong instanceof StrongroomError)
  t.match(wrong, { code: 'CHECKSUM_MISMATCH' })
  const large = new Blob([Buffer.alloc(49 * MiB)])
  await t.rejects(uploads.upload(tenant.id, large, { filename: 'a' }), TooLargeError)
  await t.rejects(uploads.upload(tenant.id, new Blob([]), { filename: 'a' }), ValidationError)
  await t.rejects(uploads.upload(tenant.id, new Blob([]).stream(), { filename: 'a' }), ValidationError)
  await t.rejects(uploads.upload(tenant.id, blob), /needs a filename/)
  const uploadId = crypto.randomUUID()
  await t.rejects(uploads.upload(tenant.id, blob, { filename: 'a', uploadId }), NotFoundError)

  const { id } = await uploads.upload(tenant.id, blob, { filename: 'a' })
  const other = uploads.upload(tenant.id, new Blob(['other']), { filename: 'a', uploadId: id })
  await t.rejects(other, /has 1000 bytes, but the source has 5/)
})

t.test('a file that changes during its upload is refused', async (t) => {
  const path = join(temporaryDataDir(t), 'log.txt')
  writeFileSync(path, randomBytes(MiB))
  const change = (how: () => void) => ({ pieceSize: 100_000, onUploadId: () => how() })
  const growing = strongroom.uploads.upload(
    tenant.id,
    path,
    change(() => appendFileSync(path, 'more'))
  )
  await t.rejects(growing, /log\.txt has changed/)
  const shrinking = strongroom.uploads.upload(
    tenant.id,
    path,
    change(() => truncateSync(path, 1000))
  )
  await t.rejects(shrinking, /log\.txt has changed/)
  await t.rejects(strongroom.uploads.upload(tenant.id, join(path, 'missing')), { code: 'ENOTDIR' })
})

t.test('uploadAll runs at most `parallel` uploads at once', async (t) => {
  let running = 0
  let most = 0
  const client = over({
    fetch: async (request) => {
      if (request.method !== 'PATCH') return fetch(request)
      most = Math.max(most, ++running)
      await delay(20)
      return fetch(request).finally(() => running--)
    }
  })
  const items = Array.from({ length: 7 }, (_, index) => ({
    source: new Blob(index === 3 ? [] : [`content ${index}`]),
    filename: `${index}.txt`
  }))
  const results = await client.uploads.uploadAll(tenant.id, items, { parallel: 2 })
  t.same(
    results.map((result) => (result.status === 'fulfilled' ? result.value.filename : 'refused')),
    ['0.txt', '1.txt', '2.txt', 'refused', '4.txt', '5.txt', '6.txt']
  )
  t.equal(most, 2)
  const stop = AbortSignal.abort(new Error('stopped'))
  const stopped = await strongroom.uploads.uploadAll(tenant.id, items, { signal: stop })
  t.ok(stopped.every(({ status }) => status === 'rejected'))
  await t.rejects(strongroom.uploads.uploadAll(tenant.id, items, { parallel: 0 }), RangeError)
})

t.test('an upload continues when the server is restarted', async (t) => {
  const content = randomBytes(12 * MiB)
  const first = await startApi(t, config)
  let target = first.url
  let closing: Promise<void> | undefined
  const { requests, transport } = recorded((request) =>
    fetch(new Request(request.url.replace(url, target), request))
  )
  const upload = await over({ fetch: transport }).uploads.upload(tenant.id, new Blob([content]), {
    filename: 'r.bin',
    pieceSize: 2 * MiB,
    onProgress(sent) {
      if (sent < 5 * MiB) return
      closing ??= first.app.close()
      target = url
    }
  })
  await closing
  await arrived(t, upload, content, 'r.bin')
  t.ok(Math.max(...positions(requests)) >= 8 * MiB)
  await until(async () => (await strongroom.uploads.get(tenant.id, upload.id)).state === 'done')
})
