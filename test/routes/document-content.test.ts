import { createHash, randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { Client, refused, signUpMember, startApi, uploaded, type TestDocument } from '../helpers/api.js'
import { startUploads } from './uploads.js'
import { committedEvents } from '../helpers/committed-events.js'

const { admin, tenant, db, url, path, installation } = await startUploads(t)
const viewer = await signUpMember(url, installation.sql, tenant.id, 'viewer')

async function content(
  document: TestDocument,
  headers: Record<string, string> = {},
  query = '',
  method = 'GET'
) {
  const response = await fetch(`${url}${path}/${document.id}/content${query}`, {
    method,
    headers: { authorization: `Bearer ${viewer.token}`, ...headers }
  })
  return {
    status: response.status,
    headers: response.headers,
    body: Buffer.from(await response.arrayBuffer())
  }
}

void t.test('content is served whole and in ranges, small and large', async (t) => {
  for (const body of [Buffer.from('small'), randomBytes(6_000_000)]) {
    const document = await uploaded(admin, tenant.id, body, {
      filename: 'a "b" ü.png',
      mime_type: 'image/png'
    })
    const whole = await content(document)
    t.equal(whole.status, 200)
    t.ok(whole.body.equals(body))
    const etag = `"${createHash('sha256').update(body).digest('hex')}"`
    const expected = {
      etag,
      'accept-ranges': 'bytes',
      'cache-control': 'private, no-cache',
      'content-length': String(body.length),
      'content-type': 'image/png',
      'content-disposition': `attachment; filename="a _b_ _.png"; filename*=UTF-8''a%20%22b%22%20%C3%BC.png`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'"
    }
    t.match(Object.fromEntries(whole.headers), expected)
    t.ok(Date.parse(String(whole.headers.get('last-modified'))) > 0)

    const head = await content(document, {}, '', 'HEAD')
    t.equal(head.status, 200)
    t.equal(head.body.length, 0)
    t.match(Object.fromEntries(head.headers), expected, 'HEAD has the same headers')

    const { length } = body
    for (const [range, from, to] of [
      ['bytes=1-3', 1, 3],
      ['bytes=2-', 2, length - 1],
      ['bytes=-2', length - 2, length - 1],
      [`bytes=0-${length * 2}`, 0, length - 1]
    ] as const) {
      const part = await content(document, { range })
      t.equal(part.status, 206, range)
      t.equal(part.headers.get('content-range'), `bytes ${from}-${to}/${length}`)
      t.ok(part.body.equals(body.subarray(from, to + 1)), range)
    }
    const outside = await content(document, { range: `bytes=${length}-` })
    t.equal(outside.status, 416)
    t.equal(outside.headers.get('content-range'), `bytes */${length}`)
    t.equal(
      (JSON.parse(String(outside.body)) as { error: { code: string } }).error.code,
      'RANGE_NOT_SATISFIABLE'
    )

    t.equal((await content(document, { 'if-none-match': etag })).status, 304)
    t.equal((await content(document, { 'if-none-match': `W/${etag}, "x"` })).status, 304)
    t.equal((await content(document, { 'if-none-match': '"x"' })).status, 200)
    t.equal((await content(document, { range: 'bytes=0-0', 'if-range': '"x"' })).status, 200)
    t.equal((await content(document, { range: 'bytes=0-0', 'if-range': etag })).status, 206)
  }
})

void t.test('nothing that a browser would execute is served inline', async (t) => {
  for (const [type, sent, disposition] of [
    ['image/png', 'image/png', 'inline'],
    ['text/html', 'application/octet-stream', 'attachment'],
    ['image/svg+xml', 'application/octet-stream', 'attachment'],
    ['text/plain', 'text/plain', 'inline']
  ] as const) {
    const document = await uploaded(admin, tenant.id, `<script>${type}</script>`, { mime_type: type })
    const answer = await content(document, {}, '?disposition=inline')
    t.equal(answer.headers.get('content-type'), sent)
    t.equal(answer.headers.get('content-disposition'), `${disposition}; filename="file.txt"`)
  }
})

void t.test('missing documents and files are not found', async (t) => {
  const document = await uploaded(admin, tenant.id, 'gone')
  refused(t, await viewer.get(`${path}/${document.file_id}/content`), 'DOCUMENT_NOT_FOUND')
  refused(t, await viewer.get(`${path}/${document.id}/content?disposition=x`), 'VALIDATION_ERROR', [
    '/disposition'
  ])
  await rm(join(installation.config.dataDir, 'objects', document.file.s3_path))
  refused(t, await viewer.get(`${path}/${document.id}/content`), 'FILE_NOT_FOUND')
})

void t.test('the audit log says who downloaded, changed and deleted what, and from where', async (t) => {
  const document = await uploaded(admin, tenant.id, 'audited', { filename: 'a.txt' })
  const eventsOf = (id: string) => db`
    select user_id, tenant_id, data from ${committedEvents(db)}
    where event_type = 'audit.log' and data->'target'->>'id' = ${id} order by sequence`
  const entry = (userId: string, action: string, type: string, id: string, details: object) => ({
    user_id: userId,
    tenant_id: tenant.id,
    data: { action, target: { type, id }, details, ip: '127.0.0.1', on_behalf_of: null }
  })
  await content(document)
  await content(document, {}, '', 'HEAD')
  await viewer.get(`${path}/${document.id}/download`)
  await viewer.get(`${path}/${document.id}/download?redirect=false`)
  await viewer.request('POST', `${path}/${document.id}/download-url`)
  await viewer.get(`${path}/${document.id}`)
  await admin.send('PUT', `${path}/${document.id}`, { filename: 'b.txt' })
  await admin.delete(`${path}/${document.id}`)
  const handed = (as: string) => ({
    ...entry(viewer.userId, 'document.downloaded', 'document', document.id, { filename: 'a.txt', as }),
    data: { details: { filename: 'a.txt', as }, counted: { count: 1 } }
  })
  t.match(await eventsOf(document.id), [
    handed('content'),
    handed('url'),
    entry(admin.userId, 'document.updated', 'document', document.id, {
      filename: 'b.txt',
      mime_type: 'text/plain',
      previous: { filename: 'a.txt', mime_type: 'text/plain' }
    }),
    entry(admin.userId, 'document.deleted', 'document', document.id, {
      filename: 'b.txt',
      file_id: document.file_id
    })
  ])
  const { id, s3_path, file_size } = document.file
  t.equal((await admin.delete(`/api/tenants/${tenant.id}/files/${id}`)).status, 200)
  t.same(await eventsOf(id), [entry(admin.userId, 'file.deleted', 'file', id, { s3_path, file_size })])
})

void t.test('concurrent downloads are recorded one by one, each with its reader', async (t) => {
  const documents = await Promise.all(
    Array.from({ length: 6 }, () => uploaded(admin, tenant.id, randomBytes(100)))
  )
  const [gone, ...kept] = documents as [TestDocument, ...TestDocument[]]
  await admin.delete(`${path}/${gone.id}`)
  const asAdmin = { authorization: `Bearer ${admin.token}` }
  const answers = await Promise.all(
    documents.flatMap((document) => [content(document), content(document, asAdmin)])
  )
  t.same(
    answers.map(({ status }) => status),
    documents.flatMap(({ id }) => (id === gone.id ? [404, 404] : [200, 200]))
  )
  const readers = await db<{ id: string; readers: string[] }[]>`
    select data -> 'target' ->> 'id' as id, array_agg(user_id::text order by user_id::text) as readers
    from ${committedEvents(db)} where data ->> 'action' = 'document.downloaded'
      and data -> 'target' ->> 'id' in ${db(documents.map(({ id }) => id))} group by 1 order by 1`
  const both = [admin.userId, viewer.userId].sort()
  t.same(
    readers,
    kept.map(({ id }) => ({ id, readers: both })).sort((one, other) => (one.id < other.id ? -1 : 1))
  )
})

void t.test('ranges and repetitions count as one download, and answers without bytes as none', async (t) => {
  const document = await uploaded(admin, tenant.id, 'played', { filename: 'a.mp4' })
  const { app, url: other } = await startApi(t, installation.config)
  const counted = async () =>
    (
      await db<{ counted: { entry_id: string; source: string; count: number } }[]>`
        select data -> 'counted' as counted from ${committedEvents(db)} where event_type = 'audit.log'
        and data->>'action' = 'document.downloaded' and data->'target'->>'id' = ${document.id} order by sequence`
    ).map((row) => row.counted)
  const get = (headers: Record<string, string>, at = other) =>
    new Client(at, viewer.token)
      .request('GET', `${path}/${document.id}/content`, { headers })
      .catch(() => undefined)
  await get({ 'if-none-match': '*' })
  await get({ range: 'bytes=100-' })
  t.same(await counted(), [], 'no bytes were sent')
  await Promise.all(Array.from({ length: 5 }, (_, start) => get({ range: `bytes=${start}-${start}` })))
  await get({})
  await app.close()
  await get({}, url)
  const events = await counted()
  t.equal(new Set(events.map(({ entry_id }) => entry_id)).size, 1, 'one entry')
  const bySource = new Map<string, number>()
  for (const { source, count } of events) bySource.set(source, Math.max(count, bySource.get(source) ?? 0))
  t.same([...bySource.values()], [6, 1], 'each process reports its count, at the latest when it stops')
})
