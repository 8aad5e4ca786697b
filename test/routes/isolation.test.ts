import { randomBytes, randomUUID } from 'node:crypto'
import t, { type Test } from 'tap'
import {
  Client,
  createTenant,
  refused,
  signUp,
  signUpMember,
  startApi,
  uploaded,
  type Answer,
  type Page,
  type TestDocument,
  type TestFile
} from '../helpers/api.js'
import { createInstallation } from '../helpers/installation.js'
import { committedEvents } from '../helpers/committed-events.js'

const { config, sql, tenantSql } = await createInstallation(t)
const { app, url } = await startApi(t, config)

/** A tenant with one resource of each kind. */
async function world(name: string) {
  const admin = await signUp(url, name)
  const tenant = await createTenant(admin, name)
  const user = await signUpMember(url, sql, tenant.id, 'user')
  const document = await uploaded(admin, tenant.id, `secret of ${name}`, { filename: `${name}.txt` })
  const path = `/api/tenants/${tenant.id}`
  const externalId = `of ${name}`
  await admin.send('PUT', `${path}/documents/${document.id}`, {
    external_id: externalId,
    folder: `/${name}/`,
    tags: [name],
    metadata: { of: name }
  })
  const make = async (what: string, body: object) =>
    (await admin.send<{ id: string }>('POST', `${path}/${what}`, body)).body.data.id
  const invitation = await make('invitations', { email: `${name}@example.com`, role: 'viewer' })
  const service = await make('service-accounts', { name, role: 'user' })
  const key = await make(`service-accounts/${service}/keys`, { name, scopes: ['documents:read'] })
  const webhook = await make('webhooks', { url: 'https://receiver.example/' })
  const event = randomUUID()
  await tenantSql(
    tenant.database_name
  )`insert into webhook_deliveries (endpoint_id, position, event_id, state)
    values (${webhook}, 1, ${event}, 'delivered')`
  const created = await admin.request('POST', `${path}/uploads`, {
    headers: {
      'tus-resumable': '1.0.0',
      'upload-length': '3',
      'upload-metadata': `filename ${Buffer.from(name).toString('base64')}`
    }
  })
  const upload = String(created.headers.get('location')?.split('/').at(-1))
  const exported = await make('exports', {})
  const made = { exported, invitation, service, key, webhook, event, upload, externalId }
  return { admin, user, tenant, document, made, db: tenantSql(tenant.database_name) }
}
type World = Awaited<ReturnType<typeof world>>
const mine = await world('mine')
const theirs = await world('theirs')

/** Every route inside a tenant, from the API's own description, so that none is forgotten. */
const ROUTES = Object.entries(app.swagger().paths ?? {})
  .filter(([path]) => path.startsWith('/api/tenants/{tenant_id}'))
  .flatMap(([path, methods]) =>
    Object.keys(methods as object).map((method) => ({ method: method.toUpperCase(), path }))
  )

/** The values of path parameters; parameters that are missing here get a random id. */
const idsOf = ({ tenant, document, user, made }: World): Record<string, string> => ({
  tenant_id: tenant.id,
  invitation_id: made.invitation,
  service_account_id: made.service,
  key_id: made.key,
  webhook_id: made.webhook,
  export_id: made.exported,
  event_id: made.event,
  upload_id: made.upload,
  document_id: document.id,
  external_id: made.externalId,
  file_id: document.file_id,
  user_id: user.userId
})
/** An id that does not exist. Ids of keys are not UUIDs. */
const unknownId = (name: string) => (name === 'key_id' ? randomBytes(11).toString('hex') : randomUUID())
const fill = (path: string, ids: Record<string, string>) =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? unknownId(name))

function call(client: Client, method: string, path: string): Promise<Answer> {
  const body = ['GET', 'HEAD', 'DELETE'].includes(method)
    ? {}
    : { body: '{}', headers: { 'content-type': 'application/json' } }
  return client.request(method, path, body)
}

/** Everything in an answer that a client can see, except what differs each time. */
function visible({ status, headers, body }: Answer) {
  const { 'x-request-id': _, date: __, ...rest } = Object.fromEntries(headers)
  return { status, headers: rest, body: { ...body, error: { ...body.error, request_id: '' } } }
}

async function same(
  t: Test,
  what: string,
  client: Client,
  method: string,
  one: string,
  other: string
): Promise<Answer> {
  const [first, second] = await Promise.all([call(client, method, one), call(client, method, other)])
  t.same(visible(first), visible(second), `${what}: ${method} ${one}`)
  return first
}

void t.test('the description has routes to test', async (t) => {
  t.ok(ROUTES.length >= 10)
  t.ok(ROUTES.some((route) => route.path.endsWith('/download')))
})

void t.test("another user's tenant is answered exactly like one that does not exist", async (t) => {
  const ids = idsOf(theirs)
  for (const { method, path } of ROUTES) {
    const nowhere = fill(path, { ...ids, tenant_id: randomUUID() })
    const answer = await same(t, 'a stranger', mine.admin, method, fill(path, ids), nowhere)
    // An answer to HEAD has no body with the code.
    if (method === 'HEAD') t.equal(answer.status, 404)
    else refused(t, answer, 'TENANT_NOT_FOUND')
    const nothing = await same(t, 'nobody', new Client(url), method, fill(path, ids), nowhere)
    if (method === 'HEAD') t.equal(nothing.status, 401)
    else refused(t, nothing, 'NOT_AUTHENTICATED')
  }
})

void t.test("other tenants' ids in your own tenant are answered exactly like unknown ones", async (t) => {
  for (const { method, path } of ROUTES) {
    for (const name of [...path.matchAll(/\{(\w+)\}/g)].map((match) => String(match[1])).slice(1)) {
      const foreign = fill(path, { ...idsOf(mine), [name]: String(idsOf(theirs)[name]) })
      const unknown = fill(path, { ...idsOf(mine), [name]: unknownId(name) })
      t.not(idsOf(theirs)[name], undefined, name)
      const answer = await same(t, 'an admin', mine.admin, method, foreign, unknown)
      t.ok(answer.status >= 400 && answer.status < 500, `${method} ${path}: ${answer.status}`)
    }
  }
  const documents = `/api/tenants/${mine.tenant.id}/documents`
  refused(t, await mine.admin.get(`${documents}/${theirs.document.id}`), 'DOCUMENT_NOT_FOUND')
  refused(t, await mine.admin.get(`${documents}/${theirs.document.id}/download`), 'DOCUMENT_NOT_FOUND')
  refused(
    t,
    await mine.admin.get(`/api/tenants/${mine.tenant.id}/files/${theirs.document.file_id}`),
    'FILE_NOT_FOUND'
  )
})

void t.test('no spelling of a path leads to another tenant', async (t) => {
  const { id } = theirs.tenant
  const own = mine.tenant.id
  for (const path of [
    id.toUpperCase(),
    ` ${id}`,
    `%20${id}`,
    `${id}%20`,
    `${id}%00`,
    `${own}%2f..%2f${id}`,
    `${own}%2F${id}`,
    `${own},${id}`,
    `${own}%0a${id}`,
    `{${id}}`,
    id.replaceAll('-', ''),
    `urn:uuid:${id}`,
    `${own}'%20or%20'1'='1`,
    '%25',
    '*',
    'null'
  ]) {
    const answer = await mine.admin.get(`/api/tenants/${path}/documents`)
    refused(t, answer, 'TENANT_NOT_FOUND', [], path)
    refused(t, await mine.admin.get(`/api/tenants/${path}`), 'TENANT_NOT_FOUND', [], path)
  }
  const query = await mine.admin.get(`/api/tenants/${own}/documents?tenant_id=${id}`)
  t.notOk(JSON.stringify(query.body).includes(theirs.document.id))
})

void t.test('lists contain nothing of other tenants', async (t) => {
  const secrets = [
    theirs.tenant.id,
    theirs.document.id,
    theirs.document.file_id,
    theirs.admin.userId,
    theirs.user.userId,
    'theirs'
  ]
  const base = `/api/tenants/${mine.tenant.id}`
  const paths = [
    '/api/tenants?include_inactive=true',
    '/api/users/me/tenants',
    base,
    `${base}/documents`,
    `${base}/documents?user_id=${theirs.admin.userId}`,
    `${base}/documents?filename=theirs.t`,
    `${base}/documents?external_id=${encodeURIComponent(theirs.made.externalId)}`,
    `${base}/documents?folder_prefix=/`,
    `${base}/documents?tag=theirs`,
    `${base}/documents?metadata[of]=theirs&total=false`,
    `${base}/folders`,
    `${base}/folders?parent=/theirs/`,
    `${base}/files`,
    `${base}/files/${mine.document.file_id}`
  ]
  for (const path of paths) {
    const answer = await mine.admin.get(path)
    t.equal(answer.status, 200, path)
    const shown = JSON.stringify(answer.body)
    for (const secret of secrets) t.notOk(shown.includes(secret), `${path}: ${secret}`)
  }
})

void t.test('bulk changes reach no documents of other tenants', async (t) => {
  const base = `/api/tenants/${mine.tenant.id}`
  const before = await theirs.db`select * from documents`
  for (const action of [
    { action: 'delete' },
    { action: 'move', folder: '/mine/' },
    { action: 'tag', tags: ['mine'] },
    { action: 'untag', tags: ['theirs'] },
    { action: 'set_metadata', metadata: { of: 'mine' } }
  ]) {
    const results = async (id: string) =>
      (
        await mine.admin.send<{ results: object[] }>('POST', `${base}/documents/bulk`, {
          ids: [id],
          ...action
        })
      ).body.data.results.map((result) => ({ ...result, id: '' }))
    t.same(await results(theirs.document.id), await results(randomUUID()), action.action)
  }
  const moved = await mine.admin.send('POST', `${base}/folders/move`, { from: '/theirs/', to: '/mine/' })
  t.same(moved.body.data, { moved: 0, more: false })
  t.same(await theirs.db`select * from documents`, before)

  const form = new FormData()
  form.append('file', new Blob(['secret of theirs']), 'theirs.txt')
  const path = `${base}/documents/by-external-id/${encodeURIComponent(theirs.made.externalId)}`
  const put = await mine.admin.request<TestDocument>('PUT', path, { body: form })
  t.equal(put.status, 201, 'an external id is taken in its own tenant only')
  t.not(put.body.data.id, theirs.document.id)
  t.equal(put.body.data.deduplicated, false)
  await mine.admin.delete(`${base}/documents/${put.body.data.id}`)
  t.same(await theirs.db`select * from documents`, before)
})

void t.test('equal content in two tenants becomes two files', async (t) => {
  const [one, two] = await Promise.all(
    [mine, theirs].map(({ admin, tenant }) => uploaded(admin, tenant.id, 'the same secret'))
  )
  t.same(
    [one?.deduplicated, two?.deduplicated],
    [false, false],
    'neither tenant learns that the other has it'
  )
  t.not(one?.file_id, two?.file_id)
  t.ok(one?.file.s3_path.startsWith(`tenants/${mine.tenant.id}/`))
  t.ok(two?.file.s3_path.startsWith(`tenants/${theirs.tenant.id}/`))

  const path = `/api/tenants/${mine.tenant.id}`
  t.equal((await mine.admin.delete(`${path}/documents/${one?.id}`)).status, 200)
  t.equal((await mine.admin.delete(`${path}/files/${one?.file_id}`)).status, 200)
  const link = await theirs.admin.get<{ url: string }>(
    `/api/tenants/${theirs.tenant.id}/documents/${two?.id}/download?redirect=false`
  )
  const response = await fetch(link.body.data.url)
  t.equal(await response.text(), 'the same secret', 'deleting one leaves the other')
})

void t.test('a member of both tenants sees each only through its own path', async (t) => {
  const both = await signUpMember(url, sql, mine.tenant.id, 'admin')
  await sql`insert into user_tenant_associations (user_id, tenant_id, role) values (${both.userId}, ${theirs.tenant.id}, 'viewer')`
  const list = async (tenantId: string) =>
    (await both.get<Page<TestDocument>>(`/api/tenants/${tenantId}/documents`)).body.data.items.map(
      ({ id }) => id
    )
  t.ok((await list(mine.tenant.id)).includes(mine.document.id))
  t.notOk((await list(mine.tenant.id)).includes(theirs.document.id))
  t.ok((await list(theirs.tenant.id)).includes(theirs.document.id))
  refused(
    t,
    await both.get(`/api/tenants/${mine.tenant.id}/documents/${theirs.document.id}`),
    'DOCUMENT_NOT_FOUND'
  )
  refused(
    t,
    await both.upload(theirs.tenant.id, 'x'),
    'INSUFFICIENT_ROLE',
    [],
    'a role in one tenant does not apply to the other'
  )
  const { body } = await both.get<TestFile>(
    `/api/tenants/${theirs.tenant.id}/files/${theirs.document.file_id}`
  )
  t.equal(body.data.id, theirs.document.file_id)
})

void t.test("a tenant's database holds only its own data", async (t) => {
  for (const { db, tenant, admin } of [mine, theirs]) {
    const others =
      await db`select event_type, tenant_id from ${committedEvents(db)} where tenant_id is distinct from ${tenant.id}`
    t.same(others, [])
    t.same(await db`select id from documents where user_id <> ${admin.userId}`, [])
    t.same(await db`select s3_path from files where s3_path not like ${`tenants/${tenant.id}/%`}`, [])
  }
})
