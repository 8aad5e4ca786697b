import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import {
  createStrongroom,
  NotFoundError,
  PreconditionError,
  TooLargeError,
  ValidationError
} from '../../client/index.js'
import { startApi } from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { temporaryDataDir } from '../scripts/temporary-folder.js'
import { breakingBodies, losingAnswers, recorded } from './flaky.js'
import { createAda } from './people.js'

const { configWith } = await createInstallation(t)
const MiB = 1024 * 1024
const { url } = await startApi(t, configWith({ MAX_UPLOAD_BYTES: String(4 * MiB) }))

const { strongroom, session } = await createAda({ url })
const tenant = await strongroom.tenants.create({ name: 'Acme' })
/** Ada's client with another `fetch`. */
const over = (fetch: (request: Request) => Promise<Response>, retries = 4) =>
  createStrongroom({ url, tokens: { access_token: session.access_token }, fetch, retries })

const collect = async (stream: ReadableStream<Uint8Array>) =>
  Buffer.from(await new Response(stream).arrayBuffer())

t.test('uploads a Blob, a stream and a file, and reports progress', async (t) => {
  const content = randomBytes(300_000)
  const path = join(temporaryDataDir(t), 'numbers.bin')
  writeFileSync(path, content)
  const sources = [
    [new Blob([content]), { filename: 'numbers.bin' }, content.length],
    [new Blob([content]).stream(), { filename: 'numbers.bin' }, undefined],
    [path, {}, content.length]
  ] as const
  for (const [source, options, total] of sources) {
    const progress: (number | undefined)[][] = []
    const document = await strongroom.documents.upload(tenant.id, source, {
      ...options,
      mimeType: 'image/png',
      onProgress: (...now) => void progress.push(now)
    })
    t.match(document, {
      filename: 'numbers.bin',
      mime_type: 'image/png',
      file: { file_size: content.length }
    })
    t.same(progress.at(-1), [content.length, total])
    const { url: link } = await strongroom.documents.downloadUrl(tenant.id, document.id, {
      disposition: 'inline'
    })
    t.match((await fetch(link)).headers.get('content-disposition'), /^inline/, 'a URL works without a token')
    const { stream, size, mimeType } = await strongroom.documents.download(tenant.id, document.id)
    t.same({ size, mimeType }, { size: content.length, mimeType: 'image/png' })
    t.ok((await collect(stream)).equals(content))
  }
  const typed = new File(['{}'], 'data.json', { type: 'application/json' })
  t.match(await strongroom.documents.upload(tenant.id, typed), {
    filename: 'data.json',
    mime_type: 'application/json'
  })
  const untyped = await strongroom.documents.upload(tenant.id, new Blob(['x']), { filename: 'ä ?&#.txt' })
  t.match(untyped, { filename: 'ä ?&#.txt', mime_type: 'text/plain' }, 'the server determines the type')
})

t.test('a change can require a revision', async (t) => {
  const { documents, tenants } = strongroom
  const { id, revision } = await documents.upload(tenant.id, new Blob(['x']), { filename: 'a' })
  const renamed = await documents.update(tenant.id, id, { filename: 'b' }, { ifMatch: revision })
  t.match(renamed, { filename: 'b', revision: revision + 1 })
  await t.rejects(
    documents.update(tenant.id, id, { filename: 'c' }, { ifMatch: revision }),
    PreconditionError
  )
  await t.rejects(documents.delete(tenant.id, id, { ifMatch: `"${revision}"` }), PreconditionError)
  await documents.delete(tenant.id, id, { ifMatch: `"${revision}", "${renamed.revision}"` })

  const other = await tenants.create({ name: 'Other' })
  const changed = await tenants.update(other.id, { name: 'New' }, { ifMatch: other.revision })
  await t.rejects(tenants.delete(other.id, { ifMatch: other.revision }), PreconditionError)
  await tenants.delete(other.id, { ifMatch: changed.revision })
})

t.test('an upload whose answer is lost creates one document', async (t) => {
  const { requests, transport } = recorded(losingAnswers(2))
  const document = await over(transport).documents.upload(tenant.id, new Blob(['once']), {
    filename: 'once.txt'
  })
  t.equal(requests.length, 3)
  t.equal(new Set(requests.map(({ headers }) => headers.get('idempotency-key'))).size, 1)
  const found = []
  for await (const { id } of strongroom.documents.list(tenant.id, { filename: 'once.txt' })) found.push(id)
  t.same(found, [document.id])
})

t.test('a stream is sent once', async (t) => {
  const { requests, transport } = recorded(losingAnswers(1))
  const stream = new Blob(['stream']).stream()
  const upload = over(transport).documents.upload(tenant.id, stream, { filename: 's.txt' })
  await t.rejects(upload, TypeError)
  t.equal(requests.length, 1)
})

t.test('refusals are errors with a class of their own', async (t) => {
  const large = new Blob([randomBytes(5 * MiB)])
  await t.rejects(strongroom.documents.upload(tenant.id, large, { filename: 'large' }), TooLargeError)
  const onProgress = () => undefined
  await t.rejects(
    strongroom.documents.upload(tenant.id, large, { filename: 'large', onProgress }),
    TooLargeError
  )
  await t.rejects(
    strongroom.documents.upload(tenant.id, new Blob([]), { filename: 'empty' }),
    ValidationError
  )
  await t.rejects(strongroom.documents.upload(tenant.id, new Blob(['x'])), /needs a filename/)
  const error = await strongroom.documents.download(tenant.id, crypto.randomUUID()).catch((e: unknown) => e)
  t.ok(error instanceof NotFoundError)
  t.match(error, { name: 'NotFoundError', code: 'DOCUMENT_NOT_FOUND', status: 404, requestId: /./ })
})

t.test('a download resumes after the connection breaks', async (t) => {
  const content = randomBytes(2 * MiB)
  const document = await strongroom.documents.upload(tenant.id, new Blob([content]), { filename: 'd' })
  const { requests, transport } = recorded(breakingBodies(3, 100_000))
  const { stream } = await over(transport).documents.download(tenant.id, document.id)
  t.ok((await collect(stream)).equals(content))
  t.same(
    requests.map(({ headers }) => headers.get('range')),
    ['bytes=0-', 'bytes=100000-', 'bytes=200000-', 'bytes=300000-']
  )

  const { stream: hopeless } = await over(breakingBodies(9, 0), 1).documents.download(tenant.id, document.id)
  await t.rejects(collect(hopeless), /connection broke/, 'the attempts are bounded')

  const breakingOnce = breakingBodies(1, 1000)
  const changed = over((request) => {
    // The server answers as if the content had changed.
    if (request.headers.has('if-range')) request.headers.set('if-range', '"other"')
    return breakingOnce(request)
  })
  const { stream: mixed } = await changed.documents.download(tenant.id, document.id)
  await t.rejects(collect(mixed), /content changed/)
})

t.test('a cancelled download releases its connection', async (t) => {
  const document = await strongroom.documents.upload(tenant.id, new Blob([randomBytes(MiB)]), {
    filename: 'c'
  })
  const { requests, transport } = recorded()
  const { stream } = await over(transport).documents.download(tenant.id, document.id)
  await stream.cancel()
  t.ok(requests[0]?.signal.aborted)
})

t.test('lists continue to the last page', async (t) => {
  const own = await strongroom.tenants.create({ name: 'Pages' })
  const names = ['a', 'b', 'c', 'd', 'e']
  for (const filename of names) await strongroom.documents.upload(own.id, new Blob([filename]), { filename })
  const { requests, transport } = recorded()
  const listed: string[] = []
  const client = over(transport)
  for await (const { filename } of client.documents.list(own.id, { sort: 'filename', per_page: 2 }))
    listed.push(filename)
  t.same(listed, names)
  t.equal(requests.length, 3)
  const tenants: string[] = []
  for await (const { name } of client.tenants.list({ per_page: 1 })) tenants.push(name)
  t.same(tenants.sort(), ['Acme', 'Pages'])
})
