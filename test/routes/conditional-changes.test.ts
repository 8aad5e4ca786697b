import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import t from 'tap'
import {
  Client,
  createTenant,
  refused,
  signUp,
  signUpMember,
  startApi,
  uploaded,
  type Answer,
  type TestDocument,
  type TestFile,
  type TestTenant
} from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { committedEvents } from '../helpers/committed-events.js'

const APP = 'https://app.example.com'
const { config, sql, tenantSql } = await createInstallation(t, {
  CORS_ORIGINS: APP
})
const { url } = await startApi(t, config)
const admin = await signUp(url)
const tenant = await createTenant(admin)
const spare = await createTenant(admin, 'Spare')
const viewer = await signUpMember(url, sql, tenant.id, 'viewer')
const stranger = await signUp(url, 'stranger')
const anonymous = new Client(url)
const home = `/api/tenants/${tenant.id}`
const db = tenantSql(tenant.database_name)

interface Revised {
  id: string
  revision: number
}

/** Sends a change with this If-Match, or without one. */
function change<Data = Revised>(
  method: 'PUT' | 'DELETE',
  path: string,
  ifMatch: string | undefined,
  client: Client = admin
): Promise<Answer<Data>> {
  const headers = new Headers({ ...(method === 'PUT' && { 'content-type': 'application/json' }) })
  if (ifMatch !== undefined) headers.set('if-match', ifMatch)
  const body = method === 'PUT' ? JSON.stringify({}) : null
  return client.request<Data>(method, path, { headers, body })
}

/** Each creates a resource to change or delete, and returns its path. */
const MAKERS = {
  document: async () => `${home}/documents/${(await uploaded(admin, tenant.id, randomUUID())).id}`,
  file: async () => {
    const { id, file_id } = await uploaded(admin, tenant.id, randomUUID())
    // Only a worker would delete the file, and none runs.
    await admin.delete(`${home}/documents/${id}`)
    return `${home}/files/${file_id}`
  },
  // Always the same tenant, since creating one takes long.
  tenant: async () => {
    const path = `/api/tenants/${spare.id}`
    await admin.send('PUT', path, { is_active: true })
    return path
  }
}
const CHANGES = [
  ['PUT', 'document'],
  ['DELETE', 'document'],
  ['DELETE', 'file'],
  ['PUT', 'tenant'],
  ['DELETE', 'tenant']
] as const

const revisionOf = async (path: string) => (await admin.get<Revised>(path)).body.data.revision

void t.test('every answer with such a resource has its revision in the body and as ETag', async (t) => {
  const tagged = (answer: Answer<Revised>, what: string) => {
    t.match(answer.body.data, { revision: Number }, what)
    t.equal(answer.headers.get('etag'), `"${answer.body.data.revision}"`, what)
  }
  const created = await admin.send<TestTenant>('POST', '/api/tenants', { name: 'Tagged' })
  tagged(created, 'POST tenant')
  tagged(await admin.get<TestTenant>(`/api/tenants/${created.body.data.id}`), 'GET tenant')
  tagged(await admin.send<TestTenant>('PUT', home, { name: 'Renamed' }), 'PUT tenant')
  const upload = await admin.upload(tenant.id, 'tagged')
  tagged(upload, 'POST document')
  const { id, file_id, file } = upload.body.data
  t.same([upload.body.data.revision, file.revision], [1, 1], 'both revisions begin at 1')
  tagged(await admin.get<TestDocument>(`${home}/documents/${id}`), 'GET document')
  tagged(await admin.send<TestDocument>('PUT', `${home}/documents/${id}`, { filename: 'b' }), 'PUT document')
  tagged(await admin.get<TestFile>(`${home}/files/${file_id}`), 'GET file')
  for (const path of [home, `${home}/documents/${id}`, `${home}/files/${file_id}`]) {
    const head = await admin.request('HEAD', path)
    t.equal(head.headers.get('etag'), (await admin.get(path)).headers.get('etag'), `HEAD ${path}`)
  }
  const list = await admin.get<{ items: Revised[] }>(`${home}/documents`)
  t.equal(list.body.data.items[0]?.revision, 2, 'lists have the revision too')
  t.equal(list.headers.get('etag'), null, 'lists have no ETag')
  const missing = await admin.get(`${home}/documents/${randomUUID()}`)
  t.equal(missing.headers.get('etag'), null, 'errors have no ETag')
})

void t.test('content keeps its own ETag', async (t) => {
  const { id, file } = await uploaded(admin, tenant.id, 'content')
  const get = (ifMatch: string) =>
    fetch(`${url}${home}/documents/${id}/content`, {
      headers: { authorization: `Bearer ${admin.token}`, 'if-match': ifMatch }
    })
  const content = await get(`"${file.sha256}"`)
  t.equal(await content.text(), 'content')
  t.equal(content.headers.get('etag'), `"${file.sha256}"`)
  t.equal((await get('"1"')).status, 412, 'the revision does not match')
})

void t.test('a change is made only if If-Match matches', async (t) => {
  for (const [method, name] of CHANGES) {
    const make = MAKERS[name]
    const target = await make()
    const revision = await revisionOf(target)
    const [stale, next] = [`"${revision - 1}"`, `"${revision + 1}"`]
    for (const header of [
      stale,
      next,
      `W/"${revision}"`,
      `${stale}, W/"${revision}",${next}`,
      `"0${revision}"`,
      `"${revision}.0"`,
      `"+${revision}"`,
      '"99999999999999999999999999"',
      '"2147483648"',
      '"-1"',
      '""',
      '"*"',
      '"é"',
      `"${revision},"`
    ])
      refused(
        t,
        await change(method, target, header),
        'PRECONDITION_FAILED',
        [],
        `${method} ${name} ${header}`
      )
    t.equal(await revisionOf(target), revision, `${method} ${name}: nothing has changed`)
    for (const header of [
      String(revision),
      `'${revision}'`,
      `"${revision}`,
      `${revision}"`,
      `"${revision}" "${revision}"`,
      `"${revision}";q=1`,
      `w/"${revision}"`,
      `W/${revision}`,
      `W / "${revision}"`,
      `*, "${revision}"`,
      '* *',
      ',',
      '',
      `"a b", "${revision}"`
    ]) {
      const answer = await change(method, target, header)
      refused(t, answer, 'VALIDATION_ERROR', ['/if-match'], `${method} ${name} ${header}`)
    }
    t.equal(await revisionOf(target), revision, `${method} ${name}: still nothing has changed`)
    for (const header of [
      (tag: string) => tag,
      (tag: string) => `${stale},\t ${tag} ,`,
      (tag: string) => `,, , W/"x" , "a,b\\" ,${tag}`,
      () => '*',
      () => undefined
    ]) {
      const one = await make()
      const given = header(`"${await revisionOf(one)}"`)
      t.equal((await change(method, one, given)).status, 200, `${method} ${name} ${given}`)
    }
  }
})

void t.test('several If-Match lines are one list', async (t) => {
  const path = await MAKERS.document()
  const headers: [string, string][] = [
    ['if-match', '"7"'],
    ['if-match', '"1"']
  ]
  t.equal((await admin.request('DELETE', path, { headers })).status, 200)
})

void t.test('other refusals come before the precondition', async (t) => {
  const STALE = '"99"'
  for (const [method, name] of CHANGES) {
    const path = await MAKERS[name]()
    const gone = path.replace(/[^/]+$/, randomUUID())
    const missing = {
      document: 'DOCUMENT_NOT_FOUND',
      file: 'FILE_NOT_FOUND',
      tenant: 'TENANT_NOT_FOUND'
    } as const
    for (const header of [STALE, '*'])
      refused(t, await change(method, gone, header), missing[name], [], `${method} ${name} that is not there`)
    refused(t, await change(method, path, STALE, stranger), 'TENANT_NOT_FOUND')
    refused(t, await change(method, path, STALE, anonymous), 'NOT_AUTHENTICATED')
    if (name !== 'tenant') refused(t, await change(method, path, STALE, viewer), 'INSUFFICIENT_ROLE')
  }
  refused(t, await change('PUT', home, STALE, viewer), 'INSUFFICIENT_ROLE')
  const { file_id } = await uploaded(admin, tenant.id, 'in use')
  refused(t, await change('DELETE', `${home}/files/${file_id}`, STALE), 'FILE_IN_USE')
  const headers = { 'content-type': 'application/json', 'if-match': STALE }
  const wrong = { headers, body: JSON.stringify({ unknown: 1 }) }
  refused(t, await admin.request('PUT', await MAKERS.document(), wrong), 'VALIDATION_ERROR', ['/unknown'])

  const purged = await createTenant(admin)
  await sql`update tenants set status = 'purging' where id = ${purged.id}`
  refused(t, await change('PUT', `/api/tenants/${purged.id}`, STALE), 'TENANT_PURGING')
})

void t.test('nothing is written when the precondition fails', async (t) => {
  const path = await MAKERS.document()
  const events = async () => (await db`select from ${committedEvents(db)}`).length
  const before = await events()
  for (const method of ['PUT', 'DELETE'] as const)
    refused(t, await change(method, path, '"9"'), 'PRECONDITION_FAILED')
  t.equal(await events(), before)
})

void t.test('If-None-Match is ignored for a single resource', async (t) => {
  for (const make of Object.values(MAKERS)) {
    const path = await make()
    const { headers } = await admin.get(path)
    for (const tag of [String(headers.get('etag')), '*']) {
      const answer = await admin.request('GET', path, { headers: { 'if-none-match': tag } })
      t.equal(answer.status, 200, path)
    }
  }
})

void t.test('a page on another origin may send If-Match and read the ETag', async (t) => {
  const path = await MAKERS.document()
  const asked = { origin: APP, 'access-control-request-method': 'PUT' }
  const preflight = await fetch(url + path, {
    method: 'OPTIONS',
    headers: { ...asked, 'access-control-request-headers': 'authorization,content-type,if-match' }
  })
  t.match(preflight.headers.get('access-control-allow-headers'), /if-match/)
  const answer = await admin.request('GET', path, { headers: { origin: APP } })
  t.match(answer.headers.get('access-control-expose-headers'), /\betag\b/)
})

void t.test('answers that version 0.1.0 stored for a key are repeated with revision 1', async (t) => {
  const key = { 'idempotency-key': 'of-0.1.0' }
  const create = () =>
    admin.request<TestTenant>('POST', '/api/tenants', {
      headers: { ...key, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Kept' })
    })
  const upload = () =>
    admin.request<TestDocument>('POST', `${home}/documents?filename=kept`, {
      headers: { ...key, 'content-type': 'text/plain' },
      body: 'kept'
    })
  await create()
  const { body } = await upload()
  await sql`update idempotency_keys set result = result - 'revision' where result ? 'revision'`
  await db`update idempotency_keys set result = result - 'revision' - 'file__revision' where result ? 'revision'`
  const kept = await create()
  t.equal(kept.headers.get('idempotency-replayed'), 'true')
  t.equal(kept.body.data.revision, 1)
  const again = await upload()
  t.equal(again.headers.get('idempotency-replayed'), 'true')
  t.same(again.body, body)
})

void t.test('the events of a document contain its revision', async (t) => {
  const { id } = await uploaded(admin, tenant.id, 'with events')
  await admin.send('PUT', `${home}/documents/${id}`, { filename: 'renamed' })
  await admin.delete(`${home}/documents/${id}`)
  const events = await db<{ type: string; revision: number }[]>`
    select event_type as type, coalesce(data->'revision', data->'details'->'revision') as revision from ${committedEvents(db)}
    where ${id} in (data->>'document_id', data->'target'->>'id') and data->>'action' is distinct from 'document.deleted'
    order by sequence`
  t.same(
    events.map(({ type, revision }) => [type, revision]),
    [
      ['document.uploaded', 1],
      ['audit.log', 2],
      ['document.updated', 2],
      ['document.deleted', 2]
    ]
  )
})

void t.test('no If-Match makes the server fail', async (t) => {
  const path = await MAKERS.document()
  const revision = await revisionOf(path)
  const quoted = fc
    .string({ unit: fc.constantFrom(...Array.from('0123456789*W/,é!\\')), maxLength: 12 })
    .map((tag) => `"${tag}"`)
  const tag = fc.tuple(fc.constantFrom('', '', 'W/'), quoted).map((parts) => parts.join(''))
  const list = fc.tuple(
    fc.constantFrom('', ' ,', ', '),
    fc.array(tag, { minLength: 1, maxLength: 40 }),
    fc.constantFrom(',', ' , ')
  )
  const fitting = list.map(([before, tags, between]) => before + tags.join(between))
  const anything = fc.string({
    unit: fc.constantFrom(...Array.from('",*W/\\ \t0123456789aé~\u0080ÿ')),
    maxLength: 60
  })
  const status = async (header: string) =>
    (
      await fetch(url + path, {
        method: 'PUT',
        headers: {
          authorization: `Bearer ${admin.token}`,
          'content-type': 'application/json',
          'if-match': header
        },
        body: '{"filename":"fuzzed"}'
      })
    ).status
  await fc.assert(
    fc.asyncProperty(fitting, async (header) => {
      const matches = header.split(/ ?, ?/).includes(`"${await revisionOf(path)}"`)
      return (await status(header)) === (matches ? 200 : 412)
    }),
    { numRuns: 60, seed: 1 }
  )
  await fc.assert(
    fc.asyncProperty(anything, async (header) => [200, 412, 422].includes(await status(header))),
    { numRuns: 150, seed: 2 }
  )
  t.ok((await revisionOf(path)) >= revision)
  // As long as a header may be, in forms that make a careless pattern backtrack.
  for (const unit of ['"1",', ' ,', '"', 'W/', '\t', '"a" '])
    t.ok([200, 412, 422].includes(await status(unit.repeat(Math.floor(12_000 / unit.length)))), unit)
})
