import { randomUUID } from 'node:crypto'
import t from 'tap'
import { createTenant, refused, signUp, startApi, uploaded, type Answer } from '../helpers/api.js'
import { committedEvents } from '../helpers/committed-events.js'
import { createInstallation } from '../helpers/installation.js'

const { config, tenantSql } = await createInstallation(t)
const { url } = await startApi(t, config)
const admin = await signUp(url)
const tenant = await createTenant(admin)
const db = tenantSql(tenant.database_name)
const path = `/api/tenants/${tenant.id}/documents`
const byId = (externalId: string) => `${path}/by-external-id/${encodeURIComponent(externalId)}`

interface Own {
  id: string
  filename: string
  revision: number
  external_id: string | null
  metadata: Record<string, unknown>
  tags: string[]
  folder: string
}
const NONE = { external_id: null, metadata: {}, tags: [], folder: '/' }
const formOf = (fields: [string, string | Blob][], content: string) => {
  const form = new FormData()
  for (const [name, value] of fields) form.append(name, value)
  form.append('file', new Blob([content]), 'a.txt')
  return form
}
const post = (fields: [string, string | Blob][], content: string = randomUUID(), headers = {}) =>
  admin.request<Own>('POST', path, { body: formOf(fields, content), headers })
const putIt = (externalId: string, fields: [string, string | Blob][], content: string, headers = {}) =>
  admin.request<Own>('PUT', byId(externalId), { body: formOf(fields, content), headers })
const patch = (at: string, body: unknown, headers = {}) =>
  admin.request<Own>('PATCH', at, {
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/merge-patch+json', ...headers }
  })
const own = ({ body }: Answer<Own>) => {
  const { external_id, metadata, tags, folder } = body.data
  return { external_id, metadata, tags, folder }
}
async function documentWith(fields: object): Promise<string> {
  const { id } = await uploaded(admin, tenant.id, randomUUID())
  t.equal((await admin.send('PUT', `${path}/${id}`, fields)).status, 200)
  return `${path}/${id}`
}

void t.test('a document without own data has the defaults', async (t) => {
  const answer = await post([])
  t.equal(answer.status, 201)
  t.same(own(answer), NONE)
  t.same(own(await admin.get<Own>(`${path}/${answer.body.data.id}`)), NONE)
})

void t.test('forms and raw uploads can set own data', async (t) => {
  const metadata = { a: 1.5, b: 'x', c: true, constructor: 'y', $ne: undefined }
  const expected = {
    metadata: { a: 1.5, b: 'x', c: true, constructor: 'y' },
    tags: ['a', 'b'],
    folder: '/x/y/'
  }
  const json = new Blob([JSON.stringify(metadata)], { type: 'application/json' })
  for (const [index, value] of [JSON.stringify(metadata), json].entries()) {
    const external_id = `form ${index}`
    const form = await post([
      ['tags', 'b'],
      ['metadata', value],
      ['tags', ' a '],
      ['tags', 'b'],
      ['external_id', external_id],
      ['folder', '/x/y']
    ])
    t.same(own(form), { ...expected, external_id })
  }
  const query = new URLSearchParams({ filename: 'r', external_id: 'raw', folder: '/x/y/' })
  query.set('metadata', JSON.stringify(metadata))
  for (const tag of ['b', 'a']) query.append('tags', tag)
  const raw = await admin.request<Own>('POST', `${path}?${query.toString()}`, {
    body: 'raw',
    headers: { 'content-type': 'text/plain' }
  })
  t.same(own(raw), { ...expected, external_id: 'raw' })
  const taken = await post([['external_id', 'raw']])
  refused(t, taken, 'EXTERNAL_ID_TAKEN', ['/external_id'])
  t.match(JSON.stringify(taken.body), raw.body.data.id, 'the error names the document')
  for (const [fields, field] of [
    [[['metadata', '{']], '/metadata'],
    [[['metadata', 'x'.repeat(21_000)]], '/metadata'],
    [[['metadata', '{"__proto__":1}']], '/metadata/__proto__'],
    [Array.from({ length: 51 }, (_, index) => ['tags', `${index}`]), '/tags'],
    [Array.from({ length: 65 }, () => ['tags', 'a']), '/'],
    [[['folder', '/a'], ['folder', '/b']], '/folder'] // prettier-ignore
  ] as [[string, string][], string][])
    refused(t, await post(fields), 'VALIDATION_ERROR', [field])
})

void t.test('a query parameter of an upload that is not UTF-8 is refused by name', async (t) => {
  const answer = await admin.request('POST', `${path}?filename=a&%74ags=b&tags=%FF`, { body: 'raw' })
  refused(t, answer, 'VALIDATION_ERROR', ['/tags'])
})

void t.test('PUT replaces fields, PATCH merges, and both leave the rest', async (t) => {
  const at = await documentWith({
    external_id: 'merged',
    metadata: { a: 1, b: 2 },
    tags: ['x'],
    folder: '/f'
  })
  t.same(own(await admin.send<Own>('PUT', at, { metadata: { c: 3 } })), {
    ...{ external_id: 'merged', metadata: { c: 3 }, tags: ['x'], folder: '/f/' }
  })
  const patched = await patch(at, { metadata: { c: null, d: 'e', none: null }, tags: ['z', 'y'] })
  t.same(own(patched), { external_id: 'merged', metadata: { d: 'e' }, tags: ['y', 'z'], folder: '/f/' })
  t.equal(patched.headers.get('etag'), '"4"')
  refused(t, await patch(at, { folder: '/g' }, { 'if-match': '"3"' }), 'PRECONDITION_FAILED')
  t.same(own(await admin.get<Own>(byId('merged'))), own(patched))
  const cleared = await patch(byId('merged'), { external_id: null, metadata: null, tags: null, folder: null })
  t.same(own(cleared), NONE)
  refused(t, await admin.get(byId('merged')), 'DOCUMENT_NOT_FOUND')
  refused(t, await patch(byId('merged'), {}), 'DOCUMENT_NOT_FOUND')
  refused(t, await patch(at, { filename: null }), 'VALIDATION_ERROR', ['/filename'])
  refused(t, await patch(at, { external_id: 'raw' }), 'EXTERNAL_ID_TAKEN', ['/external_id'])
  const elsewhere = await admin.request('PUT', at, {
    body: '{}',
    headers: { 'content-type': 'application/merge-patch+json' }
  })
  refused(t, elsewhere, 'UNSUPPORTED_MEDIA_TYPE')
})

void t.test('limits apply to the result of a patch', async (t) => {
  const many = (prefix: string, count: number, value: unknown = 1) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}${index}`, value]))
  const at = await documentWith({ metadata: many('a', 64) })
  refused(t, await patch(at, { metadata: many('b', 1) }), 'VALIDATION_ERROR', ['/metadata'])
  t.equal((await patch(at, { metadata: { ...many('b', 1), a0: null } })).status, 200)
  const other = { ...many('c', 64), ...many('a', 64, null), ...many('b', 1, null) }
  refused(t, await patch(at, { metadata: other }), 'VALIDATION_ERROR', ['/metadata'], 'too many keys')
  const long = await documentWith({ metadata: many('a', 15, 'x'.repeat(1024)) })
  refused(t, await patch(long, { metadata: many('b', 3, 'x'.repeat(1024)) }), 'VALIDATION_ERROR', [
    '/metadata'
  ])
  refused(t, await patch(long, { metadata: many('c', 20, '€'.repeat(900)) }), 'VALIDATION_ERROR')
  const [row] = await db<
    { most: number }[]
  >`select max(octet_length(metadata::text))::int as most from documents`
  t.ok(Number(row?.most) <= 16_384)
})

void t.test('PUT by external id creates, then replaces, and refuses other content', async (t) => {
  const content = randomUUID()
  const missing = await putIt('put', [], content, { 'if-match': '*' })
  refused(t, missing, 'PRECONDITION_FAILED')
  t.match(missing.body, { error: { message: /^No document has this external id/ } }, 'nothing to fetch again')
  const onlyNew = { 'if-none-match': '*' }
  const created = await putIt('put', [['metadata', '{"a":1}'], ['tags', 'x']], content, onlyNew) // prettier-ignore
  t.equal(created.status, 201)
  t.same(own(created), { external_id: 'put', metadata: { a: 1 }, tags: ['x'], folder: '/' })
  const replaced = await putIt('put', [['folder', '/p']], content)
  t.equal(replaced.status, 200)
  t.equal(replaced.body.data.id, created.body.data.id)
  t.same(own(replaced), { external_id: 'put', metadata: {}, tags: [], folder: '/p/' })
  refused(t, await putIt('put', [], content, { 'if-match': '"1"' }), 'PRECONDITION_FAILED')
  for (const again of [content, 'other content']) {
    const taken = await putIt('put', [], again, onlyNew)
    refused(t, taken, 'PRECONDITION_FAILED')
    t.match(taken.body, { error: { message: /^A document with this external id already exists/ } })
  }
  t.equal((await putIt('put', [], content, { 'if-match': '"2"' })).status, 200)
  refused(t, await putIt('put', [], 'other content'), 'EXTERNAL_ID_TAKEN', ['/external_id'])
  refused(t, await admin.send('PUT', byId('put'), {}), 'UNSUPPORTED_MEDIA_TYPE')
})

void t.test('of concurrent PUTs of one external id, one creates the document', async (t) => {
  const content = randomUUID()
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) => putIt('parallel', [['metadata', `{"n":${n}}`]], content))
  )
  t.same(answers.map(({ status }) => status).sort(), [...Array<number>(19).fill(200), 201])
  t.equal(new Set(answers.map(({ body }) => body.data.id)).size, 1)
  t.same(await db`select revision from documents where external_id = 'parallel'`, [{ revision: 20 }])
  t.same(await db`select s3_path from pending_objects where state = 'upload'`, [], 'no object is left behind')
})

void t.test('concurrent writers who use If-Match lose no change to metadata', async (t) => {
  const at = await documentWith({ metadata: { n: 0 } })
  const add = async (): Promise<void> => {
    const read = await admin.get<Own>(at)
    const n = Number(read.body.data.metadata['n']) + 1
    const { status } = await patch(at, { metadata: { n } }, { 'if-match': String(read.headers.get('etag')) })
    if (status === 412) return add()
    t.equal(status, 200)
  }
  await Promise.all(Array.from({ length: 50 }, add))
  t.equal((await admin.get<Own>(at)).body.data.metadata['n'], 50)
})

void t.test('events and audit entries contain the changes', async (t) => {
  const { body } = await post([['metadata', '{"a":1,"b":2,"c":3}'], ['external_id', 'told'], ['tags', 'x']]) // prettier-ignore
  const { id } = body.data
  await patch(`${path}/${id}`, { metadata: { a: 2, b: null, d: 4 }, tags: null })
  await admin.delete(`${path}/${id}`)
  const events = await db<{ type: string; data: Record<string, unknown> }[]>`
    select event_type as type, data from ${committedEvents(db)}
    where ${id} in (data->>'document_id', data->'target'->>'id') order by sequence`
  const of = (type: string, action?: string) =>
    events.find((event) => event.type === type && event.data['action'] === action)?.data
  t.match(of('document.uploaded'), { external_id: 'told', metadata: { a: 1, b: 2, c: 3 }, tags: ['x'] })
  t.match(of('document.updated'), { revision: 2, tags: [], metadata: { a: 2, b: null, d: 4 } })
  const { details } = of('audit.log', 'document.updated') as { details: { metadata: object; previous: Own } }
  t.same(details.metadata, { a: 2, b: null, d: 4 })
  t.same(details.previous.metadata, { a: 1, b: 2, d: null })
  t.same(details.previous.tags, ['x'])
  t.match(of('document.deleted'), { external_id: 'told' })
})

void t.test('answers that the last release stored for a key are repeated with the defaults', async (t) => {
  const headers = { 'idempotency-key': 'of-before' }
  const first = await post([], 'before', headers)
  await db`update idempotency_keys set result = result - 'external_id' - 'metadata' - 'tags' - 'folder'`
  const again = await post([], 'before', headers)
  t.equal(again.headers.get('idempotency-replayed'), 'true')
  t.same(again.body, first.body)
  refused(t, await post([['tags', 'x']], 'before', headers), 'IDEMPOTENCY_MISMATCH')
  const withData = { 'idempotency-key': 'with-own-data' }
  const order = await post([['metadata', '{"a":1,"b":2}']], 'order', withData)
  t.same((await post([['metadata', '{"b":2,"a":1}']], 'order', withData)).body, order.body)
})

void t.test('resumable uploads can set own data', async (t) => {
  const uploads = `/api/tenants/${tenant.id}/uploads`
  const create = (pairs: Record<string, string>) =>
    admin.request('POST', uploads, {
      body: 'abc',
      headers: {
        ...{
          'tus-resumable': '1.0.0',
          'upload-length': '3',
          'content-type': 'application/offset+octet-stream'
        },
        'upload-metadata': Object.entries({ filename: 'a', ...pairs })
          .map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`)
          .join()
      }
    })
  const pairs = { external_id: 'tus', metadata: '{"a":1}', tags: '["b","a"]', folder: '/t' }
  t.equal((await create(pairs)).status, 201)
  t.same(own(await admin.get<Own>(byId('tus'))), {
    ...{ external_id: 'tus', metadata: { a: 1 }, tags: ['a', 'b'], folder: '/t/' }
  })
  refused(t, await create(pairs), 'EXTERNAL_ID_TAKEN', ['/external_id'])
  refused(t, await create({ tags: 'a,b' }), 'VALIDATION_ERROR', ['/tags'])
  refused(t, await create({ tags: '"a"' }), 'VALIDATION_ERROR', ['/tags'])
  const capabilities = await admin.request('OPTIONS', uploads)
  t.equal(capabilities.headers.get('tus-max-size'), String(5 * 1024 ** 3))
})

void t.test("a person's export contains own data", async (t) => {
  const response = await admin.request<{ documents: Own[] }>('GET', '/api/users/me/export')
  const told = response.body.data.documents.find((one) => one.external_id === 'raw')
  t.match(told, { tags: ['a', 'b'], folder: '/x/y/', metadata: { b: 'x' } })
})
